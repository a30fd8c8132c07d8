import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Failure } from './failure.ts'

/** Version of the layout below; another one is rejected. */
const FORMAT = '1'
/** What may lie in a folder that is to become a data directory: key commands need no network. */
const BEFORE_FORMAT: ReadonlySet<string> = new Set(['keys'])
/** A Unix socket's path may not be longer, with its ending zero. */
const MAX_SOCKET_PATH = 100

/** Where everything of one installation is. */
export interface DataDirectory {
  root: string
  genesis: string
  /** Where the other nodes of the chain are. */
  peers: string
  keys: string
  /** The validator's key and signer.json. */
  node: string
  controlSocket: string
  operatorToken: string
  proverToken: string
}

/** `--data`, else INPIGRITAS_DATA, else ~/.inpigritas. */
export function dataPath(option: string | undefined): string {
  return resolve(option ?? process.env.INPIGRITAS_DATA ?? join(homedir(), '.inpigritas'))
}

/** Paths inside a data directory, which need not exist. */
export function pathsIn(root: string): DataDirectory {
  return {
    root,
    genesis: join(root, 'genesis.json'),
    peers: join(root, 'peers.json'),
    keys: join(root, 'keys'),
    node: join(root, 'node'),
    controlSocket: socketPath(root),
    operatorToken: join(root, 'operator.token'),
    proverToken: join(root, 'prover.token'),
  }
}

function socketPath(root: string): string {
  const path = join(root, 'node', 'control.sock')
  if (path.length <= MAX_SOCKET_PATH) return path
  return join(
    tmpdir(),
    `inpigritas-control-${createHash('sha256').update(root).digest('hex').slice(0, 16)}.sock`,
  )
}

/**
 * Opens a data directory, making an empty one (mode 0700) where there is none.
 * @throws Failure DATA_FORMAT for one of another version, DATA_NOT_OURS for a folder with other things in it, DATA_NOT_WRITABLE
 */
export function openDataDirectory(root: string): DataDirectory {
  const format = join(root, 'format')
  try {
    mkdirSync(root, { recursive: true, mode: 0o700 })
    if (!existsSync(format)) {
      if (!readdirSync(root).every((name) => BEFORE_FORMAT.has(name))) throw notOurs(root)
      writeFileSync(format, `${FORMAT}\n`, { mode: 0o600 })
    }
    // As root, the embedded database's user may have been let pass through; nobody lists or reads.
    chmodSync(root, statSync(root).mode & 0o711)
  } catch (cause) {
    if (cause instanceof Failure) throw cause
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOSPC') {
      throw new Failure('DISK_FULL', `there is no space left for ${root}`, {
        hint: 'free some space, then start again',
        cause,
      })
    }
    throw new Failure('DATA_NOT_WRITABLE', `the data directory ${root} cannot be written (${code})`, {
      hint: 'start as the user that made it, or choose another --data',
      cause,
    })
  }
  const found = readFileSync(format, 'utf8').trim()
  if (found !== FORMAT) {
    throw new Failure(
      'DATA_FORMAT',
      `the data directory ${root} has format ${found}, this version reads ${FORMAT}`,
      {
        hint: 'start with the version that made it, or choose another --data',
      },
    )
  }
  const paths = pathsIn(root)
  for (const folder of [paths.keys, paths.node]) mkdirSync(folder, { recursive: true, mode: 0o700 })
  return paths
}

function notOurs(root: string): Failure {
  return new Failure('DATA_NOT_OURS', `${root} is a folder with other things in it`, {
    hint: 'choose an empty or new folder with --data',
  })
}
