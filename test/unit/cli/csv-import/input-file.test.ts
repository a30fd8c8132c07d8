import { appendFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { InputFile } from '../../../../src/cli/csv-import/files.ts'
import { testFolder } from '../../../support/shared/test-folder.ts'

/** Several times what is read at once. */
const CONTENT = 'x'.repeat(300_000)

describe('a file that grows while it is imported', () => {
  let folder: string
  let path: string
  beforeEach(() => {
    folder = testFolder('input')
    path = join(folder, 'rows.csv')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('is read as far as it was when it was opened, and then said to have changed', async () => {
    writeFileSync(path, CONTENT)
    const input = await InputFile.open(path, folder)
    const chunks = input.chunks()
    let read = (await chunks.next()).value!.length
    expect(read).toBeLessThan(CONTENT.length)
    await input.checkUnchanged()
    appendFileSync(path, 'more')
    for await (const chunk of chunks) read += chunk.length
    expect(read).toBe(CONTENT.length)
    await expect(input.checkUnchanged()).rejects.toMatchObject({ code: 'INPUT_CHANGED' })
    let again = 0
    for await (const chunk of input.chunks()) again += chunk.length
    expect(again).toBe(CONTENT.length)
    await input.close()
  })

  it('is not read again once it is shorter', async () => {
    writeFileSync(path, CONTENT)
    const input = await InputFile.open(path, folder)
    truncateSync(path, CONTENT.length - 1)
    await expect(input.chunks().next()).rejects.toMatchObject({ code: 'INPUT_CHANGED' })
    await input.close()
  })
})
