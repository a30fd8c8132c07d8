import { closeSync, existsSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { LogFile } from '../../../../src/cli/up/log-file.ts'
import { testFolder } from '../../../support/shared/test-folder.ts'

const folder = testFolder('log')
afterAll(() => rmSync(folder, { recursive: true }))

test('a log that a child keeps open is rotated while the child writes to it', () => {
  const log = new LogFile(folder, 'node', 10)
  const [path, old] = [join(folder, 'node.log'), join(folder, 'node.log.1')]
  const file = log.open()
  if (file === 'ignore') throw new Error('no log')
  writeSync(file, 'ten bytes\n')
  log.rotate()
  expect(existsSync(old)).toBe(false)
  writeSync(file, 'and more\n')
  log.rotate()
  expect(readFileSync(old, 'utf8')).toBe('ten bytes\nand more\n')
  writeSync(file, 'the next file\n')
  expect(readFileSync(path, 'utf8')).toBe('the next file\n')
  log.rotate()
  expect(readFileSync(old, 'utf8')).toBe('the next file\n')
  closeSync(file)
})
