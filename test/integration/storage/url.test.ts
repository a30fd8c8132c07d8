import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, copyFileSync, rmSync, statSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EmbeddedServer, startEmbedded } from '../../../src/postgres/server.ts'
import { databaseFailure, openDatabase } from '../../../src/storage/database.ts'
import { freePort } from '../../support/network/free-port.ts'
import { testFolder } from '../../support/shared/test-folder.ts'
import { until } from '../../support/shared/until.ts'

const folder = testFolder('url')
const NAME = 'a name'
let server: EmbeddedServer
let port: number
let socketFolder: string

/** A certificate of localhost and its key, `name.crt` and `name.key`. */
function makeCertificate(name: string): void {
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const files = ['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.crt`)]
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ed25519', '-nodes', '-days', '2', ...subject, ...files],
    {
      stdio: 'ignore',
    },
  )
}

beforeAll(async () => {
  for (const name of ['server', 'stranger']) makeCertificate(name)
  port = await freePort()
  const settings = { listen_addresses: '127.0.0.1,::1', port: `${port}`, shared_buffers: '16MB' }
  server = await startEmbedded({ dataDir: folder, settings })
  socketFolder = new URL(server.url('postgres')).searchParams.get('host')!
  const admin = openDatabase(`postgres://inpigritas@localhost:${port}/postgres`, { max: 1 })
  await admin.sql.unsafe(`CREATE DATABASE "${NAME}"`)
  await admin.sql.unsafe('CREATE ROLE "a@b" LOGIN SUPERUSER')
  // With files of its own user, as it demands.
  const [row] = await admin.sql<{ data: string }[]>`SELECT current_setting('data_directory') AS data`
  const { uid, gid } = statSync(row!.data)
  for (const ending of ['crt', 'key']) {
    const path = join(row!.data, `server.${ending}`)
    copyFileSync(join(folder, `server.${ending}`), path)
    chownSync(path, uid, gid)
    chmodSync(path, 0o600)
  }
  await admin.sql`ALTER SYSTEM SET ssl = on`
  await admin.sql`SELECT pg_reload_conf()`
  await until(
    async () => ((await session(`postgres://inpigritas@127.0.0.1:${port}/postgres`)) as Session).tls,
  )
  await admin.close()
})
afterAll(async () => {
  await server?.stop()
  rmSync(folder, { recursive: true, force: true })
})

interface Session {
  user: string
  database: string
  application: string
  /** Null on a Unix socket. */
  port: number | null
  tls: boolean
  geqo: string
}

/** What the server says of a session that a URL begins, or the failure. */
async function session(url: string): Promise<Session | unknown> {
  const database = openDatabase(url, { max: 1 })
  try {
    const [row] = await database.sql<Session[]>`
      SELECT current_user AS user, current_database() AS database, current_setting('application_name') AS application,
        inet_server_port() AS port, (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()) AS tls, current_setting('geqo') AS geqo`
    return row
  } catch (error) {
    return databaseFailure(error)
  } finally {
    await database.close()
  }
}

/** URLs, with PORT, FOLDER (of the socket, encoded), and CERTS filled in; and what the session is. */
const WORK: readonly [url: string, session: Partial<Session>][] = [
  ['postgres://inpigritas@127.0.0.1:PORT/a%20name', { database: NAME, user: 'inpigritas', tls: true }],
  ['postgresql://a%40b@localhost:PORT/postgres', { user: 'a@b' }],
  ['postgres://inpigritas@[::1]:PORT/postgres', { database: 'postgres' }],
  ['postgres://inpigritas@FOLDER:PORT/postgres', { port: null, tls: false }],
  ['postgres:///a%20name?host=FOLDER&port=PORT&user=inpigritas', { database: NAME, port: null }],
  ['postgres://inpigritas@nowhere.invalid:1/postgres?host=127.0.0.1&port=PORT', { tls: true }],
  ['postgres://inpigritas@localhost:PORT/?dbname=postgres', { database: 'postgres' }],
  ['postgres://inpigritas@localhost:PORT/postgres?sslmode=disable', { tls: false }],
  ['postgres://inpigritas@localhost:PORT/postgres?sslmode=prefer', { tls: true }],
  ['postgres://inpigritas@localhost:PORT/postgres?sslmode=require', { tls: true }],
  [
    'postgres://inpigritas@127.0.0.1:PORT/postgres?sslmode=verify-ca&sslrootcert=CERTS/server.crt',
    { tls: true },
  ],
  [
    'postgres://inpigritas@localhost:PORT/postgres?sslmode=verify-full&sslrootcert=CERTS/server.crt',
    { tls: true },
  ],
  ['postgres://inpigritas@FOLDER:PORT/postgres?sslmode=require', { tls: false }],
  ['postgres://inpigritas@localhost:PORT/postgres?application_name=mine%20%26', { application: 'mine &' }],
  ['postgres://inpigritas@localhost:PORT/postgres', { application: 'inpigritas' }],
  [
    'postgres://inpigritas@localhost:PORT/postgres?options=-c%20geqo%3Doff&connect_timeout=0',
    { geqo: 'off' },
  ],
]

const FAIL: readonly [url: string, code: string][] = [
  [
    'postgres://inpigritas@127.0.0.1:PORT/postgres?sslmode=verify-full&sslrootcert=CERTS/server.crt',
    'POSTGRES_CERTIFICATE',
  ],
  [
    'postgres://inpigritas@localhost:PORT/postgres?sslmode=verify-ca&sslrootcert=CERTS/stranger.crt',
    'POSTGRES_CERTIFICATE',
  ],
  [
    'postgres://inpigritas@localhost:PORT/postgres?sslmode=require&sslrootcert=CERTS/stranger.crt',
    'POSTGRES_CERTIFICATE',
  ],
  ['postgres://inpigritas@localhost:PORT/a+name', 'NO_DATABASE'],
  ['postgres://inpigritas@FOLDER:1/postgres', 'POSTGRES_UNREACHABLE'],
]

const filled = (url: string) =>
  url
    .replaceAll('PORT', `${port}`)
    .replaceAll('FOLDER', encodeURIComponent(socketFolder))
    .replaceAll('CERTS', folder)
const hasIpv6 = Object.values(networkInterfaces()).some((list) =>
  list?.some(({ address }) => address === '::1'),
)
const possible = <T>(rows: readonly (readonly [string, T])[]) =>
  rows.filter(([url]) => hasIpv6 || !url.includes('[::1]'))

describe('with a real server, the URL', () => {
  it.each(possible(WORK))('%s works', async (url, expected) => {
    expect(await session(filled(url))).toMatchObject(expected)
  })

  it.each(FAIL)('%s fails: %s', async (url, code) => {
    expect(await session(filled(url))).toMatchObject({ code })
  })

  // Last: the server has no TLS from here on.
  it('that demands TLS fails in one line without it, and one that prefers it works', async () => {
    const plain = `postgres://inpigritas@localhost:${port}/postgres?sslmode=`
    const admin = openDatabase(`${plain}disable`, { max: 1 })
    await admin.sql`ALTER SYSTEM SET ssl = off`
    await admin.sql`SELECT pg_reload_conf()`
    await admin.close()
    await expect.poll(() => session(`${plain}prefer`)).toMatchObject({ tls: false })
    expect(await session(`${plain}require`)).toMatchObject({ code: 'POSTGRES_WITHOUT_TLS', retry: false })
  })
})
