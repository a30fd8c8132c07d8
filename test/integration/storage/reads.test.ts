import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ActionKind } from '../../../src/ledger/action.ts'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import type { LedgerRecord } from '../../../src/ledger/record.ts'
import { KINDS } from '../../../src/storage/kind-numbers.ts'
import { readBlocks } from '../../../src/storage/reads/blocks.ts'
import { readAccountsExist, readHoldings, readNewestHoldings } from '../../../src/storage/reads/holdings.ts'
import { holdingsOf, transferCountsOf, transfersOf } from '../../../src/storage/reads/nested.ts'
import { matchesFilter } from '../../../src/storage/reads/transfer-match.ts'
import {
  readTransfers,
  type TransferFilter,
  transferCount,
  transferPage,
  transfersBetween,
} from '../../../src/storage/reads/transfers.ts'
import { accountOfName, HOLDERS } from '../../support/ledger/random-world.ts'
import { type StoredHistory, storedHistory } from '../../support/storage/stored-history.ts'

const ACCOUNTS = HOLDERS.map(accountOfName)
const STRANGER = 12_345n

let history: StoredHistory
let records: LedgerRecord[]
let assetIds: bigint[]

beforeAll(async () => {
  history = await storedHistory(17, 500)
  records = history.chain.records
  assetIds = history.world.assets().map(({ id }) => id)
})

const recordsTo = (end: number) => records.filter(({ position }) => position < end)
const someEnd = () => fc.constantFrom(...history.starts)

/** Counters of one holding, from all its records. */
function countersOf(account: bigint, assetId: bigint, end: number) {
  const own = recordsTo(end).filter((r) => r.assetId === assetId)
  const received = own.filter((r) => r.to === account)
  const sent = own.filter((r) => r.from === account && r.kind !== 'register')
  if (received.length === 0) return undefined
  const sum = (list: LedgerRecord[]) => list.reduce((total, { amount }) => total + amount, 0n)
  return { account, assetId, index: received[0]!.toHolding, inTotal: sum(received), outTotal: sum(sent) }
}

/** By definition: every condition holds. */
function fits(record: LedgerRecord, filter: TransferFilter): boolean {
  const {
    account,
    from,
    to,
    assetId,
    kind,
    memo,
    heightFrom = 0,
    heightTo = Number.POSITIVE_INFINITY,
    eraFrom = 0,
    eraTo = Number.POSITIVE_INFINITY,
    accounts = [record.from],
    assetIds = [record.assetId],
    kinds = [record.kind],
  } = filter
  const height = history.starts.findIndex((start) => start > record.position)
  return (
    (accounts.includes(record.from) || accounts.includes(record.to)) &&
    assetIds.includes(record.assetId) &&
    kinds.includes(record.kind) &&
    record.blockEra >= eraFrom &&
    record.blockEra <= eraTo &&
    (account === undefined || record.from === account || record.to === account) &&
    (from === undefined || record.from === from) &&
    (to === undefined || record.to === to) &&
    (assetId === undefined || record.assetId === assetId) &&
    (kind === undefined || record.kind === kind) &&
    (memo === undefined || record.memo === memo) &&
    height >= heightFrom &&
    height <= heightTo
  )
}

/** Any conditions together, those that find nothing included. */
function filters(): fc.Arbitrary<TransferFilter> {
  const height = fc.nat(history.starts.length)
  const account = fc.constantFrom(...ACCOUNTS, STRANGER)
  const memos = [0n, ...records.filter((r) => r.kind === 'register').map((r) => r.memo)]
  return fc.record(
    {
      account,
      from: account,
      to: account,
      assetId: fc.constantFrom(...assetIds, STRANGER),
      kind: fc.constantFrom<ActionKind>(...KINDS),
      memo: fc.constantFrom(...memos),
      heightFrom: height,
      heightTo: height,
      eraFrom: height,
      eraTo: height,
      accounts: fc.uniqueArray(account, { maxLength: 3 }),
      assetIds: fc.uniqueArray(fc.constantFrom(...assetIds, STRANGER), { maxLength: 3 }),
      kinds: fc.uniqueArray(fc.constantFrom<ActionKind>(...KINDS), { maxLength: 3 }),
    },
    { requiredKeys: [] },
  )
}

describe('reads as of any block', () => {
  it('find the counters of every holding', async () => {
    const keys = ACCOUNTS.flatMap((account) => assetIds.map((assetId) => ({ account, assetId })))
    for (const end of history.starts) {
      const expected = keys.map(({ account, assetId }) => countersOf(account, assetId, end))
      expect(await readHoldings(history.database, keys, end)).toEqual(expected)
      const exist = ACCOUNTS.map((account) => expected.some((holding) => holding?.account === account))
      expect(await readAccountsExist(history.database, ACCOUNTS, end)).toEqual(exist)
    }
  })

  it('find the present counters of every holding, with the height that they are of', async () => {
    const keys = [...ACCOUNTS, STRANGER].flatMap((account) =>
      [...assetIds, STRANGER].map((assetId) => ({ account, assetId })),
    )
    const end = history.starts.at(-1)!
    expect(await readNewestHoldings(history.database, keys)).toEqual({
      height: history.chain.header.height,
      holdings: keys.map(({ account, assetId }) => countersOf(account, assetId, end)),
    })
  })

  it('page through the records that match any filter, in both directions', async () => {
    const page = fc.tuple(filters(), fc.integer({ min: 1, max: 9 }), fc.boolean(), fc.nat(1_000), someEnd())
    for (const [filter, limit, backward, cursor, end] of fc.sample(page, { numRuns: 600, seed: 1 })) {
      const key = cursor % (end + 1)
      const range = backward ? { after: -1, before: Math.min(key, end) } : { after: key, before: end }
      const found = await transferPage(history.database, filter, { limit, backward, ...range })
      const all = records.filter(
        (r) => r.position > range.after && r.position < range.before && fits(r, filter),
      )
      const expected = backward ? all.reverse().slice(0, limit) : all.slice(0, limit)
      expect({ filter, range, found: found.map(withoutHeight) }).toEqual({ filter, range, found: expected })
    }
  })

  it('select the same records in memory', () => {
    const heightOf = ({ position }: LedgerRecord) => history.starts.findIndex((start) => start > position)
    for (const filter of fc.sample(filters(), { numRuns: 400, seed: 2 })) {
      const found = records.filter((r) => matchesFilter(filter, { ...r, height: heightOf(r) }))
      expect({ filter, found }).toEqual({ filter, found: records.filter((r) => fits(r, filter)) })
    }
  })

  it('count the records of one party or asset, and return null for other filters', async () => {
    const { database, starts } = history
    const counted: TransferFilter[] = [
      ...[...ACCOUNTS, STRANGER].flatMap((account) => [{ account }, { from: account }, { to: account }]),
      ...[...assetIds, STRANGER].map((assetId) => ({ assetId })),
      ...[assetIds.slice(0, 2), [STRANGER, ...assetIds.slice(3)], []].map((some) => ({ assetIds: some })),
    ]
    for (const filter of counted) {
      for (const end of starts) {
        const count = await transferCount(database, filter, end)
        const expected = recordsTo(end).filter((r) => fits(r, filter)).length
        expect({ filter, end, count }).toEqual({ filter, end, count: expected })
      }
    }
    for (const filter of [{ from: 1n, to: 2n }, { account: 1n, heightFrom: 3 }, { kind: 'issue' as const }]) {
      expect(await transferCount(database, filter, starts.at(-1)!)).toBeNull()
    }
  })
})

describe('reads for many parents, as of any block,', () => {
  it('return a page and the count for many accounts or assets at once', async () => {
    const request = fc.tuple(someEnd(), fc.integer({ min: 1, max: 9 }), fc.boolean(), fc.nat(1_000))
    for (const [end, limit, backward, cursor] of fc.sample(request, { numRuns: 40, seed: 3 })) {
      const key = cursor % (end + 1)
      const page = {
        end,
        limit,
        backward,
        after: backward ? undefined : key,
        before: backward ? key : undefined,
      }
      for (const [parent, ids] of [
        ['account', ACCOUNTS],
        ['asset', assetIds],
      ] as const) {
        const of = (id: bigint) =>
          recordsTo(end).filter((r) => fits(r, parent === 'account' ? { account: id } : { assetId: id }))
        const positions = ids.map((id) => {
          const own = of(id)
            .map((r) => r.position)
            .filter((p) => (backward ? p < key : p > key))
          return (backward ? own.reverse() : own).slice(0, limit)
        })
        const found = await transfersOf(history.database, parent, ids, page)
        expect(found.map((rows) => rows.map(({ position }) => position))).toEqual(positions)
        for (const row of found.flat())
          expect(row).toEqual((await readTransfers(history.database, [row.position]))[0])
        expect(await transferCountsOf(history.database, parent, ids, end)).toEqual(
          ids.map((id) => of(id).length),
        )
      }
    }
  })

  it('return the records of a range in order', async () => {
    const [first, end] = [history.starts[2]!, history.starts[5]!]
    const positions = recordsTo(end)
      .map(({ position }) => position)
      .filter((position) => position >= first)
    expect(positions.length).toBeGreaterThan(1)
    const rows = await transfersBetween(history.database, { first, end })
    expect(rows.map(({ position }) => position)).toEqual(positions)
  })

  it('list the holdings of accounts and assets in order of first receipt', async () => {
    const heights = history.starts.map((_, height) => height)
    for (const { header, totals } of await readBlocks(history.database, heights)) {
      const end = history.starts[header.height]!
      const all = ACCOUNTS.flatMap((account) => assetIds.map((assetId) => countersOf(account, assetId, end)))
      const known = all.filter((holding) => holding !== undefined).sort((a, b) => a.index - b.index)
      expect(totals).toMatchObject({ records: recordsTo(end).length, holdings: known.length })
      const page = {
        end,
        limit: 1_000,
        backward: false,
        after: undefined,
        before: undefined,
      }
      const nobodys: readonly bigint[] = [MINT, RETIRED]
      for (const [parent, ids] of [
        ['account', ACCOUNTS],
        ['assetId', assetIds],
      ] as const) {
        const all = ids.map((id) =>
          known.filter((h) => h[parent] === id && (parent === 'account' || !nobodys.includes(h.account))),
        )
        for (const empty of [true, false]) {
          const expected = all.map((list) => list.filter((h) => empty || h.inTotal > h.outTotal))
          const kind = parent === 'account' ? 'account' : 'asset'
          const found = await holdingsOf(history.database, kind, ids, {
            ...page,
            empty,
            unowned: parent === 'account',
          })
          expect(found.map((list) => list.map(({ index }) => index))).toEqual(
            expected.map((list) => list.map(({ index }) => index)),
          )
        }
      }
    }
  })
})

function withoutHeight({ height: _, ...record }: LedgerRecord & { height: number }): LedgerRecord {
  return record
}
