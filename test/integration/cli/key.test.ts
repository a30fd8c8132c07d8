import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { dataPath } from '../../../src/config/data-directory.ts'
import { ictl } from '../../support/network/ictl-network.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

const folder = testFolder('key')
afterAll(() => rmSync(folder, { recursive: true }))

it('a script makes and moves keys with the passphrase that INPIGRITAS_PASSPHRASE_FILE names', async () => {
  const file = join(folder, 'passphrase')
  writeFileSync(file, 'a long passphrase\n')
  const env = { INPIGRITAS_PASSPHRASE_FILE: file }
  const run = (...args: string[]) => ictl(['key', ...args, '--data', folder], env)
  const made = await run('new', 'alice')
  expect([made.status, made.stdout]).toEqual([0, expect.stringMatching(/^encrypted +yes$/m)])
  const pem = join(folder, 'alice.pem')
  expect((await run('export', 'alice', pem)).status).toBe(0)
  const imported = await run('import', 'again', pem)
  expect([imported.status, imported.stdout]).toEqual([0, expect.stringMatching(/^encrypted +yes$/m)])
  writeFileSync(file, 'another\n')
  expect((await run('export', 'again', join(folder, 'again.pem'))).status).toBe(1)
})

it.each(['', ' \t\r\nsecond line\n'])(
  'a passphrase file whose first line is blank stores nothing (%j)',
  async (text) => {
    const [file, data] = [join(folder, 'blank'), join(folder, 'blank-data')]
    writeFileSync(file, text)
    const calls = [
      ['key', 'new', 'alice', '--passphrase-file', file],
      ['genesis', 'member', '--name', 'a', '--passphrase-file', file],
    ]
    for (const args of calls) {
      const { status, stderr } = await ictl([...args, '--data', data])
      expect([status, stderr]).toEqual([
        1,
        expect.stringMatching(/first line of .* is blank.*\[NO_PASSPHRASE\]/),
      ])
    }
    for (const path of ['keys/alice.json', 'node/validator.json'])
      expect(existsSync(join(data, path))).toBe(false)
  },
)

it('passwd does not take the encryption from a key for a blank passphrase', async () => {
  const [right, blank, data] = [join(folder, 'right'), join(folder, 'no'), join(folder, 'passwd-data')]
  writeFileSync(right, 'right\n')
  writeFileSync(blank, '\n')
  expect((await ictl(['key', 'new', 'bob', '--passphrase-file', right, '--data', data])).status).toBe(0)
  const args = ['key', 'passwd', 'bob', '--passphrase-file', right, '--new-passphrase-file', blank]
  expect((await ictl([...args, '--data', data])).stderr).toContain('[NO_PASSPHRASE]')
  expect(readFileSync(join(data, 'keys/bob.json'), 'utf8')).toContain('"encrypted": true')
})

it('import names the option for the passphrase of the file, not that of the new key', async () => {
  const pem = join(folder, 'locked.pem')
  writeFileSync(pem, '-----BEGIN ENCRYPTED PRIVATE KEY-----')
  const { status, stderr } = await ictl(['key', 'import', 'carol', pem, '--data', folder])
  expect([status, stderr]).toEqual([2, expect.stringContaining('use --file-passphrase-file')])
})

it('an empty INPIGRITAS_DATA or --data is as none, not the current folder', () => {
  const before = process.env.INPIGRITAS_DATA
  process.env.INPIGRITAS_DATA = ''
  expect(dataPath(undefined)).toBe(join(homedir(), '.inpigritas'))
  process.env.INPIGRITAS_DATA = folder
  expect(dataPath('')).toBe(folder)
  if (before === undefined) delete process.env.INPIGRITAS_DATA
  else process.env.INPIGRITAS_DATA = before
})
