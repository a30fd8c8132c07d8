import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { ictl } from '../../support/network/ictl-network.ts'

const folder = mkdtempSync(join(tmpdir(), 'inpigritas-key-'))
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
