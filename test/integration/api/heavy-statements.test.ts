import { describe, expect, it } from 'vitest'
import { BESIDE_LIGHT, HeavyStatements } from '../../../src/api/budget/heavy-statements.ts'
import { cancellableDatabase } from '../../../src/storage/cancellable.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { LOCK, locked } from '../../support/storage/locked.ts'

describe('heavy statements', () => {
  it('have half of the connections: others do not wait behind them', async () => {
    const { url, release } = await locked()
    const pool = openDatabase(url, { max: 4 })
    const heavy = new HeavyStatements(4)
    const { sql } = heavy.bound(pool)
    const walks = Array.from({ length: 12 }, async () => sql`SELECT pg_advisory_xact_lock_shared(${LOCK})`)
    await expect.poll(() => heavy.size).toEqual({ running: 2, waiting: 10 })
    const light = heavy.bound(pool, () => false)
    const answers = await Promise.all(
      Array.from(
        { length: 6 },
        async (_, i) => (await light.sql<{ n: number }[]>`SELECT ${i}::int AS n`)[0]!.n,
      ),
    )
    expect(answers).toEqual([0, 1, 2, 3, 4, 5])
    expect(heavy.size).toEqual({ running: 2, waiting: 10 })
    await release()
    await Promise.all(walks)
    expect(heavy.size).toEqual({ running: 0, waiting: 0 })
    await pool.close()
  })

  it('have one connection while light work is near, and half again later', async () => {
    const { url, release } = await locked()
    const pool = openDatabase(url, { max: 4 })
    const near = { isLightNear: true }
    const heavy = new HeavyStatements(4, near)
    const { sql } = heavy.bound(pool)
    const walks = Array.from({ length: 6 }, async () => sql`SELECT pg_advisory_xact_lock_shared(${LOCK})`)
    await expect.poll(() => heavy.size.running + heavy.size.waiting).toBe(6)
    expect(heavy.size).toEqual({ running: BESIDE_LIGHT, waiting: 5 })
    near.isLightNear = false
    await release()
    let most = 0
    for (const walk of walks) {
      await walk
      most = Math.max(most, heavy.size.running)
    }
    expect(most).toBe(2)
    expect(heavy.size).toEqual({ running: 0, waiting: 0 })
    await pool.close()
  })

  it('leave the line when they are canceled, and are not sent', async () => {
    const { url, release } = await locked()
    const pool = openDatabase(url, { max: 4 })
    const heavy = new HeavyStatements(2)
    const abort = new AbortController()
    const bound = heavy.bound(pool)
    const first = (async () => bound.sql`SELECT pg_advisory_xact_lock_shared(${LOCK})`)()
    const { sql } = cancellableDatabase(bound, abort.signal)
    const second = (async () => sql`SELECT pg_advisory_xact_lock_shared(${LOCK})`)()
    await expect.poll(() => heavy.size).toEqual({ running: 1, waiting: 1 })
    abort.abort()
    await expect(second).rejects.toMatchObject({ code: '57014' })
    expect(heavy.size).toEqual({ running: 1, waiting: 0 })
    await release()
    await first
    expect(heavy.size).toEqual({ running: 0, waiting: 0 })
    await pool.close()
  })
})
