import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Failure } from '../config/failure.ts'

/** Where root keeps what its server's ordinary user must reach. */
export const SYSTEM_FOLDER = '/var/lib/inpigritas'

/** An ordinary user of this machine. */
export interface Account {
  name: string
  uid: number
  gid: number
}

/**
 * Postgres refuses to run as root: the ordinary user it runs as instead, or undefined where this process is ordinary
 * itself. `postgres` if the machine has that user, else `nobody`.
 */
export function serverAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  for (const wanted of ['postgres', 'nobody']) {
    const user = users.find(([name]) => name === wanted)
    if (user) return { name: wanted, uid: Number(user[2]), gid: Number(user[3]) }
  }
  throw new Failure(
    'NO_ORDINARY_USER',
    'Postgres cannot run as root, and this machine has no user postgres or nobody',
    { hint: 'run ictl as an ordinary user, or name a Postgres in DATABASE_URL' },
  )
}

/** True if the account may enter every folder above `path`, and `path` itself. */
export function canReach(path: string, account: Account): boolean {
  for (let at = resolve(path); ; at = dirname(at)) {
    if (existsSync(at)) {
      const { mode, uid, gid } = statSync(at)
      const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
      if ((mode & bit) === 0) return false
    }
    if (dirname(at) === at) return true
  }
}

/** Makes a folder that everybody may enter, whatever this process's umask. @throws Failure NO_SYSTEM_FOLDER */
export function openFolder(path: string): string {
  try {
    mkdirSync(path, { recursive: true })
    for (let at = path; at.startsWith(SYSTEM_FOLDER); at = dirname(at)) chmodSync(at, 0o755)
    return path
  } catch (cause) {
    throw new Failure(
      'NO_SYSTEM_FOLDER',
      `${path}, for what Postgres's own user must reach, cannot be made`,
      {
        hint: 'choose a --data in a folder that every user may enter, or run ictl as an ordinary user',
        cause,
      },
    )
  }
}

/** Makes a folder that only the account (or this user) may enter. */
export function privateFolder(path: string, account: Account | undefined): string {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  if (account) chownSync(path, account.uid, account.gid)
  return path
}
