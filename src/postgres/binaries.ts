import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { Failure } from '../config/failure.ts'
import { type Account, canReach, openFolder, SYSTEM_FOLDER } from './account.ts'

/** The server's programs. */
export interface Binaries {
  /** Holds `bin/postgres` and `bin/initdb`. */
  folder: string
  /** First part of the version; a data directory belongs to one. */
  major: string
}

/**
 * The embedded server's programs, such that `account` can run them. The package's install script only makes symlinks to its libraries:
 * they are made here where scripts were blocked. Where the package cannot be written, or lies in a folder that the account cannot
 * enter, it is copied once (60 MB).
 * @param copyTo folder for the copy of an ordinary user
 * @throws Failure NO_EMBEDDED_POSTGRES, NO_SYSTEM_FOLDER
 */
export function embeddedBinaries(
  account: Account | undefined,
  copyTo: string,
  packaged = packagedFolder(),
): Binaries {
  const { version } = JSON.parse(readFileSync(join(packaged, '../package.json'), 'utf8')) as {
    version: string
  }
  return { folder: runnable(packaged, version, account, copyTo), major: version.split('.')[0]! }
}

function runnable(packaged: string, version: string, account: Account | undefined, copyTo: string): string {
  if (account === undefined || canReach(join(packaged, 'bin'), account)) {
    if (linked(packaged)) return packaged
    if (writable(packaged)) {
      makeLinks(packaged)
      return packaged
    }
  }
  const copy = join(account === undefined ? copyTo : openFolder(SYSTEM_FOLDER), `postgres-${version}`)
  if (!existsSync(copy)) copyPackage(packaged, copy)
  return copy
}

/** Copied beside its place and then moved: there is a whole copy or none. */
function copyPackage(packaged: string, copy: string): void {
  const unfinished = `${copy}.${process.pid}`
  try {
    cpSync(packaged, unfinished, { recursive: true, verbatimSymlinks: true })
    makeLinks(unfinished)
    openToAll(unfinished)
    renameSync(unfinished, copy)
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true })
    // Another process may have been quicker.
    if (!existsSync(copy)) throw error
  }
}

/** The installed package of this platform. */
export function packagedFolder(): string {
  const name = `@embedded-postgres/${platform()}-${arch()}`
  const embedded = createRequire(import.meta.url).resolve('embedded-postgres')
  try {
    return join(dirname(createRequire(embedded).resolve(name)), '..', 'native')
  } catch (cause) {
    throw new Failure(
      'NO_EMBEDDED_POSTGRES',
      `there is no embedded Postgres for ${platform()} on ${arch()}`,
      { hint: 'install Postgres 15 or later and name it in DATABASE_URL', cause },
    )
  }
}

interface Link {
  source: string
  target: string
}

/** Links as the package lists them, relative to the folder above `native`. */
function links(folder: string): Link[] {
  return JSON.parse(readFileSync(join(folder, 'pg-symlinks.json'), 'utf8')) as Link[]
}

const inside = (folder: string, path: string) => join(folder, relative('native', path))

function linked(folder: string): boolean {
  return links(folder).every(({ target }) => existsSync(inside(folder, target)))
}

function makeLinks(folder: string): void {
  for (const { source, target } of links(folder)) {
    const at = inside(folder, target)
    if (existsSync(at)) continue
    // A link to nowhere.
    rmSync(at, { force: true })
    mkdirSync(dirname(at), { recursive: true })
    symlinkSync(relative(dirname(target), source), at)
  }
}

/** Whatever the umask was when the package was installed. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) openToAll(path)
    else if (entry.isFile()) chmodSync(path, statSync(path).mode & 0o100 ? 0o755 : 0o644)
  }
}

function writable(folder: string): boolean {
  try {
    accessSync(join(folder, 'lib'), constants.W_OK)
    return true
  } catch {
    return false
  }
}
