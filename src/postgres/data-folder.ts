import { createHash, randomUUID } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  lstatSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Failure } from '../config/failure.ts'
import { syncFolder, writePrivateFile } from '../config/files.ts'
import { type Account, canReach, openFolder, privateFolder, SYSTEM_FOLDER } from './account.ts'
import { startFailure } from './cluster.ts'

/** Longest path of a Unix socket: below the systems' limits, 104 bytes with the terminating zero on macOS and 108 on Linux. */
const MAX_SOCKET_PATH = 100

/**
 * The folder of the server's files: `postgres` in the data directory. If this process is root and the server's user cannot enter the folders
 * above the data directory, it is a new folder under /var/lib/inpigritas, and `linkData` makes `postgres` a link to it.
 * @throws Failure DATA_LOST, DATA_UNREACHABLE, NO_SYSTEM_FOLDER
 */
export function dataFolder(dataDir: string, account: Account | undefined): string {
  const files = join(dataDir, 'postgres')
  if (lstatSync(files, { throwIfNoEntry: false })?.isSymbolicLink()) return linkedData(files)
  if (account === undefined) return files
  if (canReach(dirname(dataDir), account)) {
    // Let the server's user pass through to its own files (o+x), but not list or read the others.
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
  // A new random name: files that an earlier data directory at the same path left behind must not be used.
  return join(openFolder(join(SYSTEM_FOLDER, 'data')), randomUUID())
}

function linkedData(link: string): string {
  const target = readlinkSync(link)
  if (existsSync(join(target, 'PG_VERSION'))) return target
  throw new Failure('DATA_LOST', `the database of this data directory is gone: ${target}`, {
    hint: 'restore it from a backup, or choose another --data',
  })
}

/**
 * If the server's files are not in the data directory, writes its path into the file `.owner` beside them, at every start because it may have
 * been moved. They are never removed here: a data directory that was moved, or whose disk is not mounted, looks as if it were gone. The file
 * tells an operator whose they are (docs/operating.md).
 * @throws Failure DISK_FULL, POSTGRES_START
 */
export function nameOwner(dataDir: string, pgData: string): void {
  if (pgData === join(dataDir, 'postgres')) return
  const path = `${pgData}.owner`
  const line = `${dataDir}\n`
  try {
    if (existsSync(path) && readFileSync(path, 'utf8') === line) return
    writePrivateFile(path, line)
  } catch (error) {
    throw startFailure(String(error), error)
  }
}

/** Makes `postgres` in the data directory a link to the server's files, if they are elsewhere. */
export function linkData(dataDir: string, pgData: string): void {
  const files = join(dataDir, 'postgres')
  if (pgData === files || lstatSync(files, { throwIfNoEntry: false })) return
  symlinkSync(pgData, files)
  syncFolder(dataDir)
}

/** A short name, unique to the data files: in the titles of the server's processes and the name of its socket's folder. */
export function clusterName(pgData: string): string {
  return `inpigritas-${createHash('sha256').update(pgData).digest('hex').slice(0, 12)}`
}

/**
 * Makes a new folder for the socket, mode 0700: in the system's temporary folder, or in /tmp if that path is too long or the account cannot
 * enter it.
 */
export function makeSocketFolder(name: string, port: number, account: Account | undefined): string {
  const fits = (folder: string) =>
    join(folder, name, `.s.PGSQL.${port}`).length < MAX_SOCKET_PATH &&
    (account === undefined || canReach(folder, account))
  const folder = join(fits(tmpdir()) ? tmpdir() : '/tmp', name)
  rmSync(folder, { recursive: true, force: true })
  return privateFolder(folder, account)
}
