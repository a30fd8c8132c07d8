import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openDataDirectory } from '../../../src/config/data-directory.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

it('a data directory of another version is refused, and stays as it was', () => {
  const folder = testFolder('data-directory')
  const root = join(folder, 'data')
  mkdirSync(root)
  writeFileSync(join(root, 'format'), '999\n')
  writeFileSync(join(root, 'keys'), 'a file where this version has a folder')
  expect(() => openDataDirectory(root)).toThrow(expect.objectContaining({ code: 'DATA_FORMAT' }))
  expect(readdirSync(root).sort()).toEqual(['format', 'keys'])
  rmSync(folder, { recursive: true })
})
