import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createPrivateFile } from '../../../src/config/files.ts'
import { KeyStore } from '../../../src/keys/key-store.ts'
import { atOnce } from '../../support/config/creators.mjs'
import { testFolder } from '../../support/shared/test-folder.ts'

const folder = testFolder('secrets')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a secret that two make at once', () => {
  it('is made by one of them: a key is of the one that was told so, and the other is told that it exists', async () => {
    for (const [round, results] of (await atOnce('key', folder)).entries()) {
      const stored = new KeyStore(join(folder, `key-${round}`)).show('alice').address
      expect([...results].sort()).toEqual(['KEY_EXISTS', stored].sort())
    }
  })

  it('is read by the other: a name has one address in first imports at once', async () => {
    for (const [one, other] of await atOnce('parties', folder)) expect(one).toBe(other)
  })

  it('leaves a data directory that both can open', async () => {
    for (const [round, results] of (await atOnce('data', folder)).entries())
      expect(results).toEqual([join(folder, `data-${round}`), join(folder, `data-${round}`)])
  })

  it('stays as it was made, and leaves nothing beside it', () => {
    const inside = mkdtempSync(join(folder, 'file-'))
    const path = join(inside, 'secret')
    expect(createPrivateFile(path, 'one')).toBe(true)
    expect(createPrivateFile(path, 'two')).toBe(false)
    expect(readFileSync(path, 'utf8')).toBe('one')
    writeFileSync(path, 'mended')
    expect(createPrivateFile(path, 'three')).toBe(false)
    expect([readdirSync(inside), readFileSync(path, 'utf8')]).toEqual([['secret'], 'mended'])
  })
})
