import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { removeAbandoned, testFolder } from '../support/shared/test-folder.ts'

const folder = testFolder('folders')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('every user may enter the folder of a test, and only its own user may list it', () => {
  expect(statSync(folder).mode & 0o777).toBe(0o711)
})

test('folders of ended processes go after an hour, those of running ones and of other programs stay', () => {
  const { pid: ended } = spawnSync('true')
  const named = (name: string) => {
    mkdirSync(join(folder, name, 'data'), { recursive: true })
    return join(folder, name)
  }
  const abandoned = named(`inpigritas-first-run-${ended}-a1B2c3`)
  const running = named(`inpigritas-first-run-${process.pid}-a1B2c3`)
  const other = named(`inpigritas-data-${ended}`)
  const changed = statSync(abandoned).mtimeMs
  removeAbandoned(changed + 3_600_000, folder)
  expect(existsSync(abandoned)).toBe(true)
  removeAbandoned(changed + 3_600_001, folder)
  expect([abandoned, running, other].map((path) => existsSync(path))).toEqual([false, true, true])
})

test('no test makes a temporary folder in another way', () => {
  const tests = fileURLToPath(new URL('..', import.meta.url))
  const made = readdirSync(tests, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/^bench|scripts/.test(path))
    .filter((path) => /mkdtemp(Sync)?\(join\(tmpdir/.test(readFileSync(join(tests, path), 'utf8')))
  expect(made).toEqual(['support/shared/test-folder.ts'])
})
