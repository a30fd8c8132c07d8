import { beforeAll, describe, expect, it } from 'vitest'
import type { TraceRequest, TraceResult } from '../../../src/provenance/types.ts'
import type { Database } from '../../../src/storage/database.ts'
import { readTrace } from '../../../src/storage/reads/trace.ts'
import {
  DEEP_MOVES,
  deep,
  lastHolder,
  longGenesis,
  playLongHistory,
  WIDE_UNITS,
  wide,
} from '../../support/storage/long-history.ts'
import { chainDatabase } from '../../support/storage/postgres.ts'
import { StoredChain } from '../../support/storage/stored-chain.ts'

let database: Database
let end: number

beforeAll(async () => {
  const genesis = longGenesis()
  ;({ database } = await chainDatabase(genesis))
  const chain = new StoredChain(database, genesis)
  await playLongHistory(chain)
  end = chain.state.position
})

/** A page, and the number of records that were looked up for it. */
async function pageOf(request: TraceRequest, max = 1_000_000) {
  const budget = { left: max, max }
  const page = await readTrace(database, request, end, { budget })
  return { page, records: max - budget.left }
}

/** All pages. Each costs its hops, and the records of one path. */
async function allPages(request: TraceRequest, first: number, path: number): Promise<TraceResult[]> {
  const pages: TraceResult[] = []
  let after: TraceResult['end']
  do {
    const { page, records } = await pageOf({ ...request, first, ...(after ? { after } : {}) })
    expect(records).toBeLessThanOrEqual(first + path + 10)
    pages.push(page)
    after = page.end
  } while (after !== undefined)
  return pages
}

const hopsOf = (pages: readonly TraceResult[]) => pages.reduce((sum, { hops }) => sum + hops.length, 0)

describe('a page of a trace of 7,000 units that moved one by one', () => {
  it.each<[string, TraceRequest]>([
    ['forward', { asset: wide, direction: 'FORWARD' }],
    ['back from serials', { asset: wide, direction: 'BACKWARD' }],
    ['back from a balance', { asset: wide, account: lastHolder, direction: 'BACKWARD' }],
  ])('costs its hops, wherever it begins (%s)', async (_name, request) => {
    const pages = await allPages(request, 1_000, 4)
    // Forward, all units are issued in one hop; backward, each has its own.
    expect(hopsOf(pages)).toBe(request.direction === 'FORWARD' ? 1 + 2 * WIDE_UNITS : 3 * WIDE_UNITS)
    expect(pages.every(({ truncated }) => !truncated)).toBe(true)
    const middle = pages[3]!.end!
    for (const after of [undefined, middle]) {
      const { page, records } = await pageOf({ ...request, first: 1, ...(after ? { after } : {}) })
      expect(page.hops).toHaveLength(1)
      expect(records).toBeLessThanOrEqual(20)
    }
  })

  it('is bounded by depth', async () => {
    const { page, records } = await pageOf({ asset: wide, direction: 'FORWARD', maxDepth: 2, first: 10 })
    expect(page.hops.map(({ depth }) => depth)).toEqual([1, ...Array(9).fill(2)])
    expect(page.truncated).toBe(true)
    expect(records).toBeLessThanOrEqual(40)
  })

  it('ends early when the budget is used up, and the next one goes on from there', async () => {
    const request: TraceRequest = { asset: wide, direction: 'FORWARD', first: 1_000 }
    const { page, records } = await pageOf(request, 300)
    expect(records).toBe(300)
    expect(page.hops).toHaveLength(300)
    const whole = (await pageOf(request)).page.hops
    const rest = (await pageOf({ ...request, first: 1_000 - page.hops.length, after: page.end! })).page.hops
    expect([...page.hops, ...rest]).toEqual(whole)
  })

  it('is refused if nothing is left of the budget', async () => {
    const request: TraceRequest = { asset: wide, direction: 'FORWARD', first: 1 }
    await expect(pageOf(request, 0)).rejects.toMatchObject({
      rejection: { code: 'QUERY_TOO_COSTLY', data: { what: 'trace', maxRecords: 0 } },
    })
  })
})

describe('a page of a trace of units that moved thousands of times', () => {
  it.each(['FORWARD', 'BACKWARD'] as const)(
    'costs its hops, and the path up to where it begins (%s)',
    async (direction) => {
      const pages = await allPages({ asset: deep, direction }, 3_000, DEEP_MOVES)
      expect(hopsOf(pages)).toBe(1 + DEEP_MOVES)
    },
  )

  it('costs its hops at the beginning', async () => {
    const { page, records } = await pageOf({ asset: deep, direction: 'FORWARD', first: 5 })
    expect(page.hops).toHaveLength(5)
    expect(records).toBeLessThanOrEqual(20)
  })
})
