import { chmodSync, chownSync, existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Failure } from '../config/failure.ts'
import { makeFolder } from '../config/files.ts'

/** Where files go that a server started by root must reach as an ordinary user. */
export const SYSTEM_FOLDER = '/var/lib/inpigritas'

/** A user of this machine other than root. */
export interface Account {
  name: string
  uid: number
  gid: number
}

/**
 * The user that Postgres runs as if this process is root, because Postgres refuses to run as root: `postgres` if the machine has that user,
 * else `nobody`.
 * @returns undefined if this process is not root
 * @throws Failure NO_ORDINARY_USER
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

/** True if the account may enter `path` and every folder above it, as far as they exist. Judged by mode bits, without ACLs. */
export function canReach(path: string, account: Account): boolean {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    if (existsSync(folder)) {
      const { mode, uid, gid } = statSync(folder)
      const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
      if ((mode & bit) === 0) return false
    }
    if (dirname(folder) === folder) return true
  }
}

/** Makes a folder below SYSTEM_FOLDER that every user may enter, whatever this process's umask. @throws Failure NO_SYSTEM_FOLDER */
export function openFolder(path: string): string {
  try {
    makeFolder(path)
    for (let folder = path; folder.startsWith(SYSTEM_FOLDER); folder = dirname(folder))
      chmodSync(folder, 0o755)
    return path
  } catch (cause) {
    throw new Failure(
      'NO_SYSTEM_FOLDER',
      `cannot make ${path}, which holds the files that Postgres's user must reach`,
      {
        hint: 'choose a --data in a folder that every user may enter, or run ictl as an ordinary user',
        cause,
      },
    )
  }
}

/** Makes a folder that only the account (this process's user if undefined) may enter. */
export function privateFolder(path: string, account: Account | undefined): string {
  makeFolder(path, 0o700)
  if (account) chownSync(path, account.uid, account.gid)
  return path
}
