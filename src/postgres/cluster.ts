import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { Failure } from '../config/failure.ts'
import { moveIntoPlace } from '../config/files.ts'
import { type Account, privateFolder } from './account.ts'
import type { Binaries } from './binaries.ts'

/** The database's superuser. Only the server's Unix socket accepts connections. */
export const SUPERUSER = 'inpigritas'

/** Spawn options of the server's programs: run as the account, without environment variables that could change their behavior. */
export function spawnOptions(account: Account | undefined) {
  const { PATH, TMPDIR } = process.env
  const env = { PATH, LC_ALL: 'C', ...(TMPDIR === undefined ? {} : { TMPDIR }) }
  return { cwd: '/', env, ...(account ? { uid: account.uid, gid: account.gid } : {}) }
}

/**
 * Makes the server's files with initdb, if there are none: in a temporary folder, which is then renamed, so that interrupted ones are never used.
 * @throws Failure DISK_FULL, POSTGRES_START
 */
export async function initialize(
  { folder }: Binaries,
  pgData: string,
  account: Account | undefined,
): Promise<void> {
  if (existsSync(join(pgData, 'PG_VERSION'))) return
  const unfinished = `${pgData}.new`
  rmSync(unfinished, { recursive: true, force: true })
  privateFolder(unfinished, account)
  // Every connection is trusted: only the server's user can enter the socket's folder (mode 0700).
  const args = ['-D', unfinished, '-U', SUPERUSER, '--auth=trust']
  const format = ['--encoding=UTF8', '--locale=C', '--no-instructions']
  const complaint = await runToEnd([join(folder, 'bin/initdb'), ...args, ...format], account)
  if (complaint !== undefined) throw startFailure(complaint)
  moveIntoPlace(unfinished, pgData)
}

/**
 * Runs a program. A second shell reads descriptor 3, whose other end only this Node process holds: when the process ends, for whatever reason, it kills the
 * program with all that the program has started, which are a process group.
 */
const LEASH = `
(read -r _; kill -KILL 0) <&3 3<&- >/dev/null 2>&1 &
watch=$!
exec 3<&-
"$@"
status=$?
kill -KILL "$watch" 2>/dev/null
wait "$watch" 2>/dev/null
exit $status
`

/** Runs a program of the server, which ends with this process. @returns undefined, or what it complained about before it failed */
async function runToEnd(
  command: readonly string[],
  account: Account | undefined,
): Promise<string | undefined> {
  const child = spawn('/bin/sh', ['-c', LEASH, 'inpigritas-initdb', ...command], {
    ...spawnOptions(account),
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close')
  const complaint = await text(child.stderr!)
  const [status, signal] = await ended
  return status === 0 ? undefined : complaint || `it ended with ${signal ?? `status ${status}`}`
}

/** Checks that this server can open the data files. @throws Failure DATA_VERSION, DATA_USER */
export function checkData({ major }: Binaries, pgData: string, account: Account | undefined): void {
  const version = readFileSync(join(pgData, 'PG_VERSION'), 'utf8').trim()
  if (version !== major) {
    throw new Failure(
      'DATA_VERSION',
      `the data directory was made by Postgres ${version}, this version has Postgres ${major}`,
      { hint: 'start with the version that made it, or choose another --data' },
    )
  }
  const owner = statSync(pgData).uid
  const user = account?.uid ?? process.getuid?.()
  if (user !== undefined && owner !== user) {
    throw new Failure('DATA_USER', `the data directory belongs to another user (uid ${owner})`, {
      hint: 'start as the user that made it, or choose another --data',
    })
  }
}

/** The failure for a server that did not start: DISK_FULL, or POSTGRES_START with the last line of its output that tells a reason. */
export function startFailure(output: string, cause?: unknown): Failure {
  if (/no space left on device/i.test(output)) {
    return new Failure('DISK_FULL', 'there is no space left for the database', {
      hint: 'free some space, then start again; nothing is lost',
      cause,
    })
  }
  const reason = output
    .trim()
    .split('\n')
    .filter((line) => /FATAL|error|could not/i.test(line))
    .at(-1)
  return new Failure(
    'POSTGRES_START',
    `the embedded Postgres did not start: ${reason ?? 'it gave no reason'}`,
    { hint: 'its log is postgres.log in the data directory', cause },
  )
}
