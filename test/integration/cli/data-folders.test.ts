import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, describe, expect, it } from 'vitest'
import { ICTL } from '../../support/network/ictl-network.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

const folder = testFolder('data-folders')
const file = join(folder, 'file')
const locked = join(folder, 'locked')
const csv = join(folder, 'rows.csv')
writeFileSync(file, '')
writeFileSync(csv, 'item,from,to\na,x,y\n')
afterAll(() => rmSync(folder, { recursive: true }))

/** Only ends what hangs. */
const PATIENCE_MS = 60_000
/** What root may write, others may not. */
const ORDINARY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
/** Whether such a user can load the program: not from a checkout below a folder of root alone. */
const CAN_LOAD =
  spawnSync(process.execPath, ['-e', `fs.accessSync(${JSON.stringify(ICTL)})`], ORDINARY).status === 0
/** The commands that make a data directory or something in it. Nothing listens on port 9. */
const COMMANDS = {
  up: ['up', '--port', '9'],
  import: ['import', csv, '--asset', 'item', '--from', 'from', '--to', 'to', '--url', 'http://127.0.0.1:9/'],
  'key new': ['key', 'new', 'alice', '--unencrypted'],
  'genesis member': ['genesis', 'member', '--name', 'one'],
}

async function ended(args: readonly string[], user: object) {
  const child = spawn(process.execPath, [ICTL, ...args], { ...user, stdio: 'pipe', timeout: PATIENCE_MS })
  child.stdin.end()
  const said = text(child.stderr)
  const [status] = await once(child, 'exit')
  return { status, errors: (await said).split('\n').filter((line) => line.startsWith('error: ')) }
}

describe.each(Object.entries(COMMANDS))('ictl %s', (_, args) => {
  it
    .runIf(process.platform === 'linux')
    .each([
      ['below /proc, which takes none and says that it does not exist', '/proc/inpigritas', {}] as const,
      ...(CAN_LOAD ? [['of the system', '/sys/inpigritas', ORDINARY] as const] : []),
    ])('says in one line with a code that a folder cannot be used %s', async (_, data, user) => {
    const { status, errors } = await ended([...args, '--data', data], user)
    expect(errors).toEqual([expect.stringMatching(/\[(DATA_NOT_WRITABLE|BAD_FILE)\]$/)])
    expect(status).toBe(1)
  })

  it('says so of a file, of what is in one', async () => {
    for (const data of [file, join(file, 'data')]) {
      const { status, errors } = await ended([...args, '--data', data], {})
      expect(errors).toEqual([expect.stringMatching(/no(t a)? folder.*\[(DATA_NOT_WRITABLE|BAD_FILE)\]$/)])
      expect(status).toBe(1)
    }
  })

  const itAsOther = CAN_LOAD ? it : () => {}
  itAsOther('says so of a folder in which this user may not write', async () => {
    rmSync(locked, { recursive: true, force: true })
    chmodSync(folder, 0o555)
    try {
      const { status, errors } = await ended([...args, '--data', locked], ORDINARY)
      expect(errors).toEqual([expect.stringMatching(/\[(DATA_NOT_WRITABLE|BAD_FILE)\]$/)])
      expect(status).toBe(1)
    } finally {
      chmodSync(folder, 0o700)
    }
  })
})
