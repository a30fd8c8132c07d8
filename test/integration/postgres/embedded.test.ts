import { type ChildProcess, fork } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { processes } from '../../../src/postgres/processes.ts'
import { type EmbeddedServer, startEmbedded } from '../../../src/postgres/server.ts'
import type { Sql } from '../../../src/storage/database.ts'
import { testFolder } from '../../support/shared/test-folder.ts'
import { until } from '../../support/shared/until.ts'
import { openForTest } from '../../support/storage/postgres.ts'

const OWNER = fileURLToPath(new URL('../../support/storage/embedded-process.ts', import.meta.url))
const isRoot = process.getuid?.() === 0

let dataDir: string
const started: EmbeddedServer[] = []
const owners: ChildProcess[] = []

// One directory for all tests, because making the server's files takes longer than most of them.
beforeAll(() => {
  dataDir = testFolder('embedded')
  chmodSync(dataDir, 0o700)
})
afterEach(async () => {
  for (const owner of owners.splice(0)) owner.kill('SIGKILL')
  await Promise.all(started.splice(0).map((server) => server.stop()))
  await until(() => ofServer().length === 0)
})
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

async function start(): Promise<EmbeddedServer> {
  const server = await startEmbedded({ dataDir })
  started.push(server)
  return server
}

/** A server whose owner is another process. */
async function startElsewhere(): Promise<{ owner: ChildProcess; url?: string; code?: string }> {
  const owner = fork(OWNER, [dataDir], { execArgv: ['--import', 'tsx'] })
  owners.push(owner)
  const answer = await new Promise<{ url?: string; code?: string }>((done) =>
    owner.once('message', done as never),
  )
  return { owner, ...answer }
}

/** Processes that run the server on this test's directory: its watchdog's two shells, the server. */
const ofServer = () => processes().filter(({ command }) => command.includes(`-D ${dataDir}/`))
const shells = () => ofServer().filter(({ command }) => command.startsWith('/bin/sh'))
const postmaster = () => ofServer().filter(({ command }) => !command.startsWith('/bin/sh'))
const killAll = (found: { pid: number }[]) => {
  for (const { pid } of found) process.kill(pid, 'SIGKILL')
}

/** Sessions' titles name their cluster, which is that of the socket's folder. */
function sessionsOf(url: string) {
  const name = decodeURIComponent(new URL(url).searchParams.get('host')!).split('/').at(-1)
  return processes().filter(({ command }) => command.startsWith(`postgres: ${name}: `))
}

/** Whether another session of the server is at work on a query that contains the text. */
async function isRunning(sql: Sql, text: string): Promise<boolean> {
  const found = await sql`
    SELECT pid FROM pg_stat_activity
    WHERE state = 'active' AND pid <> pg_backend_pid() AND position(${text} IN query) > 0`
  return found.length > 0
}

/** Writes rows one by one until the connection breaks. @returns how many were acknowledged */
function writeRows(url: string) {
  const { sql } = openForTest(url, 1)
  let acknowledged = 0
  const broken = (async () => {
    await sql`DROP TABLE IF EXISTS written`
    await sql`CREATE TABLE written (n integer)`
    for (;;) {
      await sql`INSERT INTO written VALUES (${acknowledged})`
      acknowledged += 1
    }
  })().catch(() => {})
  return { count: () => acknowledged, broken }
}

async function written(server: EmbeddedServer): Promise<number> {
  const [row] = await openForTest(server.url('postgres'), 1).sql<
    [{ n: number }]
  >`SELECT count(*) AS n FROM written`
  return row.n
}

describe('the embedded server', () => {
  test('listens on no network port, only on a socket in a folder that others cannot enter', async () => {
    const server = await start()
    const folder = decodeURIComponent(new URL(server.url('postgres')).searchParams.get('host')!)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    const { sql } = openForTest(server.url('postgres'), 1)
    const settings = ['listen_addresses', 'fsync', 'jit', 'synchronous_commit']
    const rows = await sql`SELECT name, setting FROM pg_settings WHERE name = ANY (${settings}) ORDER BY name`
    expect(rows.map(({ setting }) => setting)).toEqual(['on', 'off', '', 'on'])
  })

  test('does not start twice on one directory, in this process or in another', async () => {
    await start()
    await expect(startEmbedded({ dataDir })).rejects.toMatchObject({ code: 'DATA_IN_USE' })
    expect((await startElsewhere()).code).toBe('DATA_IN_USE')
    expect(postmaster()).toHaveLength(1)
  })

  test('keeps its data when it is stopped and started again', async () => {
    const first = await start()
    await openForTest(first.url('postgres'), 1).sql`CREATE TABLE kept AS SELECT 1 AS one`
    await first.stop()
    expect(ofServer()).toEqual([])
    const again = await start()
    expect(await openForTest(again.url('postgres'), 1).sql`SELECT one FROM kept`).toHaveLength(1)
  })

  test('truncates a large log when it starts', async () => {
    writeFileSync(join(dataDir, 'postgres.log'), Buffer.alloc(9 * 1024 * 1024, 'x\n'))
    await start()
    expect(statSync(join(dataDir, 'postgres.log')).size).toBeLessThan(100_000)
  })

  test('refuses to start on files of another version or another user, and leaves them unchanged', async () => {
    await (await start()).stop()
    const version = join(dataDir, 'postgres', 'PG_VERSION')
    writeFileSync(version, '17\n')
    await expect(start()).rejects.toMatchObject({ code: 'DATA_VERSION' })
    writeFileSync(version, '18\n')
    if (isRoot) {
      const { uid, gid } = statSync(join(dataDir, 'postgres'))
      chownSync(join(dataDir, 'postgres'), 12_345, gid)
      await expect(start()).rejects.toMatchObject({ code: 'DATA_USER' })
      chownSync(join(dataDir, 'postgres'), uid, gid)
    }
    await start()
  })
})

describe('the embedded server after kill -9', () => {
  test('of its owner stops, and has every acknowledged row', async () => {
    const { owner, url } = await startElsewhere()
    const writer = writeRows(url!)
    await until(() => writer.count() > 50)
    owner.kill('SIGKILL')
    await until(() => ofServer().length === 0)
    await writer.broken
    expect(await written(await start())).toBeGreaterThanOrEqual(writer.count())
  })

  test('of its owner and its watchdog runs on until the next start stops it', async () => {
    const { owner, url } = await startElsewhere()
    const writer = writeRows(url!)
    await until(() => writer.count() > 50)
    // A running owner would see the first shell end and have the second one stop the server.
    owner.kill('SIGSTOP')
    killAll(shells())
    await until(() => shells().length === 0)
    const [orphan] = postmaster()
    const ownerEnded = new Promise((resolve) => owner.once('exit', resolve))
    owner.kill('SIGKILL')
    await ownerEnded
    const before = writer.count()
    await until(() => writer.count() > before + 20)
    expect(postmaster()).toEqual([orphan])
    const server = await start()
    await writer.broken
    expect(await written(server)).toBeGreaterThanOrEqual(writer.count())
    expect(postmaster()).toHaveLength(1)
    expect(postmaster()).not.toEqual([orphan])
  })

  test('of every process starts again, though a session still runs and another program has the old pid', async () => {
    const { owner, url } = await startElsewhere()
    const writer = writeRows(url!)
    const busy = openForTest(url!, 1)
      .sql`SELECT count(*) FROM (SELECT generate_series(1, 1e10::bigint)) AS rows`.catch(() => {})
    await until(() => writer.count() > 50)
    const { sql } = openForTest(url!, 1)
    await until(() => isRunning(sql, 'generate_series'))
    // A running shell would see the other one end, and have the server stop its sessions before it ends itself.
    for (const { pid } of shells()) process.kill(pid, 'SIGSTOP')
    killAll([...shells(), ...postmaster()])
    const ownerEnded = new Promise((resolve) => owner.once('exit', resolve))
    owner.kill('SIGKILL')
    await ownerEnded
    await until(() => ofServer().length === 0)
    const survivors = sessionsOf(url!)
    expect(survivors.length).toBeGreaterThan(0)
    const pidFile = join(dataDir, 'postgres', 'postmaster.pid')
    const lines = readFileSync(pidFile, 'utf8').split('\n')
    writeFileSync(pidFile, [String(process.pid), ...lines.slice(1)].join('\n'))
    const server = await start()
    await Promise.all([busy, writer.broken])
    expect(await written(server)).toBeGreaterThanOrEqual(writer.count())
    const left = new Set(sessionsOf(url!).map(({ pid }) => pid))
    expect(survivors.filter(({ pid }) => left.has(pid))).toEqual([])
  })
})

describe('the folder of the embedded server', () => {
  test('may be closed to others: the server starts, finds its files again after a move, names whose they are, and reports their loss', async () => {
    const shared = dataDir
    const closed = testFolder('closed')
    chmodSync(closed, 0o700)
    dataDir = join(closed, 'data')
    mkdirSync(dataDir, { mode: 0o700 })
    try {
      const server = await start()
      await openForTest(server.url('postgres'), 1).sql`CREATE TABLE kept AS SELECT 1 AS one`
      await server.stop()
      const before = dataDir
      dataDir = join(closed, 'moved')
      renameSync(before, dataDir)
      const files = join(dataDir, 'postgres')
      expect(lstatSync(files).isSymbolicLink()).toBe(isRoot)
      const owner = () => readFileSync(`${readlinkSync(files)}.owner`, 'utf8')
      if (isRoot) expect(owner()).toBe(`${before}\n`)
      const again = await start()
      expect(await openForTest(again.url('postgres'), 1).sql`SELECT one FROM kept`).toHaveLength(1)
      await again.stop()
      if (isRoot) {
        expect(owner()).toBe(`${dataDir}\n`)
        for (const name of [readlinkSync(files), `${readlinkSync(files)}.owner`])
          rmSync(name, { recursive: true })
        await expect(start()).rejects.toMatchObject({ code: 'DATA_LOST' })
      }
      expect(statSync(dataDir).mode & 0o777).toBe(0o700)
    } finally {
      dataDir = shared
      rmSync(closed, { recursive: true, force: true })
    }
  })

  test('may be open to others: the files stay in the data directory, which nobody else can list', async () => {
    const server = await start()
    await server.stop()
    expect(existsSync(join(dataDir, 'postgres', 'PG_VERSION'))).toBe(true)
    expect(lstatSync(join(dataDir, 'postgres')).isDirectory()).toBe(true)
    expect(statSync(dataDir).mode & 0o777).toBe(isRoot ? 0o711 : 0o700)
  })
})
