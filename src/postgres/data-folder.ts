import { createHash, randomUUID } from 'node:crypto'
import { chmodSync, existsSync, lstatSync, readlinkSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Failure } from '../config/failure.ts'
import { type Account, canReach, openFolder, privateFolder, SYSTEM_FOLDER } from './account.ts'

/** A Unix socket's path may not be longer, with its ending zero. */
const MAX_SOCKET_PATH = 100

/**
 * Where the server's files are: `postgres` in the data directory. As root, where the server's user cannot come there,
 * they are in a folder of its own under /var/lib/inpigritas, to which `postgres` is a link once they are made.
 * @throws Failure DATA_LOST, DATA_UNREACHABLE, NO_SYSTEM_FOLDER
 */
export function placeData(dataDir: string, account: Account | undefined): string {
  const files = join(dataDir, 'postgres')
  if (lstatSync(files, { throwIfNoEntry: false })?.isSymbolicLink()) return linkedData(files)
  if (account === undefined) return files
  if (canReach(dirname(dataDir), account)) {
    // It may pass through to its own files, and not list or read anything else.
    if (!canReach(dataDir, account)) chmodSync(dataDir, (statSync(dataDir).mode & 0o777) | 0o011)
    return files
  }
  if (existsSync(files)) {
    throw new Failure(
      'DATA_UNREACHABLE',
      `Postgres's user ${account.name} cannot enter ${dirname(dataDir)}`,
      {
        hint: 'move the data directory back to where it was, or open the folders above it (chmod o+x)',
      },
    )
  }
  // A name of its own each time: what an earlier directory of this path left behind is not ours.
  return join(openFolder(join(SYSTEM_FOLDER, 'data')), randomUUID())
}

function linkedData(link: string): string {
  const target = readlinkSync(link)
  if (existsSync(join(target, 'PG_VERSION'))) return target
  throw new Failure('DATA_LOST', `the database of this data directory is gone: ${target}`, {
    hint: 'bring it back from a backup, or choose another --data',
  })
}

/** Links `postgres` in the data directory to files that are elsewhere. */
export function linkData(dataDir: string, pgData: string): void {
  const files = join(dataDir, 'postgres')
  if (pgData !== files && !lstatSync(files, { throwIfNoEntry: false })) symlinkSync(pgData, files)
}

/** Short and its own: in the titles of the server's processes and the name of its socket's folder. */
export function clusterName(pgData: string): string {
  return `inpigritas-${createHash('sha256').update(pgData).digest('hex').slice(0, 12)}`
}

/** A new folder for the socket, mode 0700: in the system's temporary folder, unless that is too long or closed to the account. */
export function placeSocket(name: string, port: number, account: Account | undefined): string {
  const fits = (folder: string) =>
    join(folder, name, `.s.PGSQL.${port}`).length < MAX_SOCKET_PATH &&
    (account === undefined || canReach(folder, account))
  const folder = join(fits(tmpdir()) ? tmpdir() : '/tmp', name)
  rmSync(folder, { recursive: true, force: true })
  return privateFolder(folder, account)
}
