import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Database, databaseFailure, openDatabase } from '../../../src/storage/database.ts'
import { until } from '../../support/shared/until.ts'
import { emptyDatabase } from '../../support/storage/postgres.ts'
import { proxyTo, type TestProxy } from '../../support/storage/proxy.ts'

const PATIENCE = { silenceMs: 400, probeMs: 400, graceMs: 400 }
let url: string
let proxy: TestProxy
let database: Database | undefined

beforeAll(async () => {
  url = await emptyDatabase()
})
beforeEach(async () => {
  proxy = await proxyTo(url)
})
afterEach(async () => {
  await database?.close()
  await proxy.close()
})

const open = (options = {}) => {
  database = openDatabase(proxy.url, { max: 2, patience: PATIENCE, ...options })
  return database.sql
}
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error) => databaseFailure(error),
  )

describe('a server that vanishes without a word', () => {
  it('ends what waits for it, and the next statement works once it is back', async () => {
    const sql = open()
    expect(await sql`SELECT 1 AS one`).toEqual([{ one: 1 }])
    proxy.vanish()
    const waiting = [sql`SELECT 2`, sql.begin((tx) => tx`SELECT 3`), sql`SELECT 4`].map(failureOf)
    for (const failure of await Promise.all(waiting))
      expect(failure).toMatchObject({ code: 'POSTGRES_UNREACHABLE', retry: true })
    proxy.comeBack()
    await until(() => !database!.isGone)
    expect(await sql`SELECT 5 AS five`).toEqual([{ five: 5 }])
  })

  it('is asked nothing until it is back, however many statements come', async () => {
    const sql = open()
    await sql`SELECT 1`
    proxy.vanish()
    // Waiting for connections, two at a time, they would take hours.
    const many = () => Promise.all(Array.from({ length: 5_000 }, (_, i) => failureOf(sql`SELECT ${i}::int`)))
    const [waited, refused] = [await many(), await many()]
    for (const failure of [...waited, ...refused])
      expect(failure).toMatchObject({ code: 'POSTGRES_UNREACHABLE', retry: true })
    const begun = failureOf(sql.begin((tx) => tx`SELECT 1`))
    expect(await begun).toMatchObject({ code: 'POSTGRES_UNREACHABLE', retry: true })
  })

  it('is told from one that is busy', async () => {
    const sql = open({ patience: { silenceMs: 100, probeMs: 60_000, graceMs: 100 } })
    // Ten times the silence after which the server is asked whether it is there.
    expect(await sql`SELECT 1 AS one FROM pg_sleep(1)`).toEqual([{ one: 1 }])
  })

  it('on one connection only is noticed after the time that a statement may take', async () => {
    const sql = open({
      max: 1,
      statementMs: 1_000,
      patience: { silenceMs: 100, probeMs: 60_000, graceMs: 100 },
    })
    expect(await failureOf(sql`SELECT 1`)).toBeUndefined()
    proxy.vanish()
    const waiting = failureOf(sql`SELECT 2`)
    proxy.comeBack()
    expect(await waiting).toMatchObject({
      code: 'POSTGRES_UNREACHABLE',
      message: expect.stringContaining('ETIMEDOUT'),
    })
  })

  it('is not asked any more once its database is closed', async () => {
    const other = await proxyTo(url)
    const [sql, still] = [open(), openDatabase(other.url, { max: 1, patience: PATIENCE })]
    await Promise.all([sql`SELECT 1`, still.sql`SELECT 1`])
    for (const { vanish } of [proxy, other]) vanish()
    await Promise.all([sql`SELECT 2`, still.sql`SELECT 2`].map(failureOf))
    await database!.close()
    database = undefined
    const askedOther = async (times: number) => {
      const before = other.taken
      await until(() => other.taken >= before + times)
    }
    // A connection that was on its way has arrived by then.
    await askedOther(2)
    const { taken } = proxy
    await askedOther(4)
    expect(proxy.taken).toBe(taken)
    await still.close()
    await other.close()
  })

  it('leaves the process nothing to wait for', async () => {
    const sql = open()
    await sql`SELECT 1`
    proxy.vanish()
    const waiting = failureOf(sql`SELECT 2`)
    await database!.close()
    database = undefined
    expect(await waiting).toMatchObject({ code: 'POSTGRES_UNREACHABLE' })
  })
})
