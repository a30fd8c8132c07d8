import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { addNames, nameLookup } from '../../../src/cli/files/names.ts'
import { takeLock } from '../../../src/process/lock.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

it('names are added to those that others add at the same time', async () => {
  const root = testFolder('names')
  const file = join(root, 'names.json')
  const release = takeLock(`${file}.lock`)
  const added = Promise.all([addNames(root, { b: 'B' }), addNames(root, { c: 'C' })])
  // Without the lock, both have written by now.
  await new Promise(setImmediate)
  writeFileSync(file, JSON.stringify({ a: 'A' }))
  release()
  await added
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ a: 'A', b: 'B', c: 'C' })
  rmSync(root, { recursive: true })
})

it.each([
  ['text that is no JSON', '{"a": "A"'],
  ['no object', '[]'],
  ['a name that is no text', '{"a": 5}'],
])('a damaged file, %s, is left as it is, and shows no names', async (_, content) => {
  const root = testFolder('names')
  const file = join(root, 'names.json')
  writeFileSync(file, content)
  await expect(addNames(root, { b: 'B' })).rejects.toMatchObject({ code: 'FILE_DAMAGED' })
  expect(readFileSync(file, 'utf8')).toBe(content)
  expect(nameLookup(root).nameOf(7n)).toBeUndefined()
  rmSync(root, { recursive: true })
})
