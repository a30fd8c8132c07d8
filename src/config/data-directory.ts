import { createHash } from 'node:crypto'
import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Failure } from './failure.ts'
import { createPrivateFile, makePrivateFolder } from './files.ts'

/** Version of the layout below. A data directory of another version is rejected. */
const FORMAT = '1'
/** Entries that a folder may have before it becomes a data directory: key commands work without one. */
const BEFORE_FORMAT: ReadonlySet<string> = new Set(['keys', 'witness'])
/** Longest path of a Unix socket: below the systems' limits, 104 bytes with the terminating zero on macOS and 108 on Linux. */
const MAX_SOCKET_PATH = 100

/** Paths of one installation. */
export interface DataDirectory {
  root: string
  genesis: string
  /** Addresses of the chain's other nodes. */
  peers: string
  /** Witnesses of the log of headers: C2SP tlog-policy. */
  witnesses: string
  keys: string
  /** What a witness that runs here keeps: its key, and the checkpoints that it cosigned. */
  witness: string
  /** The validator's key and signer.json. */
  node: string
  controlSocket: string
  operatorToken: string
  proverToken: string
}

/** `--data`, else INPIGRITAS_DATA, else ~/.inpigritas. An empty text is as none, because it would be the current folder. */
export function dataPath(option: string | undefined): string {
  return resolve(option || process.env.INPIGRITAS_DATA || join(homedir(), '.inpigritas'))
}

/** Paths inside a data directory, whether they exist or not. */
export function pathsIn(root: string): DataDirectory {
  return {
    root,
    genesis: join(root, 'genesis.json'),
    peers: join(root, 'peers.json'),
    witnesses: join(root, 'witnesses.policy'),
    witness: join(root, 'witness'),
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

/** @throws Failure DATA_FORMAT */
function checkFormat(root: string, found: string): void {
  if (found === FORMAT) return
  throw new Failure(
    'DATA_FORMAT',
    `the data directory ${root} has format ${found}, this version reads ${FORMAT}`,
    {
      hint: 'start with the version that made it, or choose another --data',
    },
  )
}

/**
 * Opens a data directory; if there is none, makes an empty one (mode 0700).
 * @throws Failure DATA_FORMAT for one of another version, DATA_NOT_OURS for a folder with other files in it, DATA_NOT_WRITABLE, DISK_FULL
 */
export function openDataDirectory(root: string): DataDirectory {
  const paths = pathsIn(root)
  const format = join(root, 'format')
  try {
    makePrivateFolder(root)
    if (!existsSync(format)) {
      const isOurs = readdirSync(root).every((name) => BEFORE_FORMAT.has(name) || name.startsWith('format.'))
      // Another process may have made it in the meantime, and put more into it.
      if (!isOurs && !existsSync(format)) throw notOurs(root)
      createPrivateFile(format, `${FORMAT}\n`)
    }
    // Others may not list or read it. As root, the embedded database's user may have been given the right to pass through (o+x): keep that.
    chmodSync(root, statSync(root).mode & 0o711)
    checkFormat(root, readFileSync(format, 'utf8').trim())
    for (const folder of [paths.keys, paths.node]) makePrivateFolder(folder)
  } catch (cause) {
    if (cause instanceof Failure) throw cause
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOSPC') {
      throw new Failure('DISK_FULL', `there is no space left for ${root}`, {
        hint: 'free some space, then start again',
        cause,
      })
    }
    if (code === 'EEXIST' || code === 'ENOTDIR') {
      throw new Failure('DATA_NOT_WRITABLE', `${root} is no folder, or a part of it is none`, {
        hint: 'choose another --data',
        cause,
      })
    }
    throw new Failure('DATA_NOT_WRITABLE', `the data directory ${root} cannot be written (${code})`, {
      hint: 'start as the user that made it, or choose another --data',
      cause,
    })
  }
  return paths
}

function notOurs(root: string): Failure {
  return new Failure(
    'DATA_NOT_OURS',
    `the folder ${root} is not a data directory and has other files in it`,
    {
      hint: 'choose an empty or new folder with --data',
    },
  )
}
