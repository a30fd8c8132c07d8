import { createHash } from 'node:crypto'
import { beforeAll, expect, it } from 'vitest'
import { MINT } from '../../../src/ledger/params.ts'
import { type Database, openDatabase } from '../../../src/storage/database.ts'
import {
  accountTotals,
  assetTotals,
  chainTotals,
  positionsOfEras,
} from '../../../src/storage/reads/activity.ts'
import { anchoredHolders } from '../../../src/storage/reads/anchored-holders.ts'
import { batchesWithStatus, MAX_BATCHES_LOOKED_AT } from '../../../src/storage/reads/batch-status.ts'
import { heightsOfEras, readBlockAt } from '../../../src/storage/reads/blocks.ts'
import { holderCounts, holdersOf } from '../../../src/storage/reads/holders.ts'
import {
  holdingsBefore,
  readAccountsExist,
  readBalancesAfter,
  readHoldings,
  readNewestHoldings,
} from '../../../src/storage/reads/holdings.ts'
import { holdingsOf, transferCountsOf, transfersOf } from '../../../src/storage/reads/nested.ts'
import { searchAccounts, searchBytes, searchTerms } from '../../../src/storage/reads/search.ts'
import { type TransferFilter, transferCount, transferPage } from '../../../src/storage/reads/transfers.ts'
import { genesisOf } from '../../support/ledger/ledger-world.ts'
import { explainedRuns } from '../../support/storage/plans.ts'
import { chainDatabase } from '../../support/storage/postgres.ts'

/** Items of each kind: enough that reading all of them would show, and that the planner prefers indexes. */
const RECORDS = 10_000
const ACCOUNTS = 1_000
const ASSETS = 5_000
const BATCHES = 3 * MAX_BATCHES_LOOKED_AT
const LIMIT = 20
/** Tables with a row or two. */
const SMALL = ['chain', 'holder_position']

/** The 32 bytes of what is made up: the first is zero, as in a field element. */
const made = (name: string) =>
  Buffer.concat([Buffer.alloc(1), createHash('sha256').update(name).digest().subarray(1)])
const fieldOf = (name: string) => BigInt(`0x${made(name).toString('hex')}`)

let database: Database

/** Rows that agree as far as the reads look: a block and a record each, every tenth an issue, every second of asset 10. */
const ROWS = `
  INSERT INTO account (id, account) SELECT i, '\\x00' || substr(sha256(('account ' || i)::bytea), 2) FROM generate_series(10, ${ACCOUNTS + 9}) AS i;
  INSERT INTO asset (id, asset_id, code, issuer, cap, decimals, reinstatable, definition, mint_holding, position)
    SELECT i, '\\x00' || substr(sha256(('asset ' || i)::bytea), 2), 'CODE-' || i, 10, 1000000, 0, false, '{}', 0, 0 FROM generate_series(10, ${ASSETS + 9}) AS i;
  INSERT INTO asset_term (term, asset, source) SELECT 'code ' || i, i, 0 FROM generate_series(10, ${ASSETS + 9}) AS i;
  INSERT INTO asset_term (term, asset, source) SELECT i || ' coffee', i, 1 FROM generate_series(10, ${ASSETS + 9}) AS i;
  INSERT INTO holding (id, account, asset, in_total, out_total, opened) SELECT i, i, 10, i, 0, 5 FROM generate_series(10, ${ACCOUNTS + 9}) AS i;
  INSERT INTO holding_span (holding, asset, opened) SELECT i, 10, 5 FROM generate_series(10, ${ACCOUNTS + 9}) AS i;
  INSERT INTO holder (asset, balance, holding) SELECT 10, i, i FROM generate_series(10, ${ACCOUNTS + 9}) AS i;
  INSERT INTO holder_anchor (asset, position, asset_seq, is_whole, holdings, in_totals, balances)
    SELECT 10, p, p, false, own.ids, own.ids, own.ids FROM generate_series(500, ${RECORDS - 100}, 500) AS p,
      (SELECT array_agg(i ORDER BY i DESC) AS ids FROM generate_series(${ACCOUNTS - 246}, ${ACCOUNTS + 9}) AS i) AS own;
  INSERT INTO holder_position (id, position) VALUES (1, ${RECORDS - 30}) ON CONFLICT (id) DO UPDATE SET position = EXCLUDED.position;
  INSERT INTO block (height, hash, header, era, position, record_count, total_records, total_assets, total_holdings, total_accounts,
      total_issues, total_retires, total_reinstates)
    SELECT i, sha256(('block ' || i)::bytea), (SELECT header FROM block WHERE height = 0), 3 * i, i, 1, i, 0, 0, 0, i / 10, 0, 0 FROM generate_series(1, ${RECORDS}) AS i;
  INSERT INTO transfer (position, height, kind, flags, hash, asset, from_account, to_account, from_holding, to_holding, amount, from_start,
      to_start, era, asset_seq, from_seq, to_seq, asset_units)
    SELECT p, p, CASE WHEN p % 10 = 0 THEN 1 ELSE 2 END, 0, '\\x00' || substr(sha256(('transfer ' || p)::bytea), 2),
      CASE WHEN p % 2 = 0 THEN 10 ELSE 10 + p % 500 END, 10 + p % ${ACCOUNTS}, 10 + (p + 1) % ${ACCOUNTS},
      10 + p % ${ACCOUNTS}, 10 + (p + 1) % ${ACCOUNTS}, 1, p, p, 3 * p, p, p, p, p FROM generate_series(1, ${RECORDS}) AS p;
  INSERT INTO asset_tally (asset, position, issues, retires, reinstates, holders)
    SELECT 10, p, p / 10, 0, 0, ${ACCOUNTS} FROM generate_series(10, ${RECORDS}, 10) AS p;
  INSERT INTO account_tally (account, position, registers, issues, retires, reinstates)
    SELECT 10 + p % ${ACCOUNTS}, p, 0, p / 10, 0, 0 FROM generate_series(10, ${RECORDS}, 10) AS p;
  INSERT INTO batch_proof (batch, count, proof, public_signals, vk_hash)
    SELECT i, 4, '{}', '[]', '\\x00' FROM generate_series(0, ${BATCHES} - 1) AS i WHERE i % 1024 <> 100;
  INSERT INTO batch_job (batch, dead) SELECT i, i % 7 = 0 FROM generate_series(0, ${BATCHES} - 1) AS i WHERE i % 1024 = 100;
  INSERT INTO batch_job (batch, dead) SELECT i, true FROM generate_series(${BATCHES}, ${BATCHES} + 2000) AS i;
  VACUUM ANALYZE;`

beforeAll(async () => {
  const { url } = await chainDatabase(genesisOf())
  database = openDatabase(url, { max: 1, genericPlans: true })
  for (const statement of ROWS.split(';\n')) await database.sql.unsafe(statement)
  return () => database.close()
})

const end = RECORDS + 1
/** 200 records before an anchor. */
const PAST = 4_800
const asset = fieldOf('asset 10')
const account = fieldOf('account 700')
const positions = Array.from({ length: 101 }, (_, i) => i * 75)
const search = { height: RECORDS, end, assets: ASSETS + 10, limit: LIMIT }
const prefix = (name: string) => {
  const digits = made(name).toString('hex').slice(0, 8)
  return { low: Buffer.from(digits.padEnd(64, '0'), 'hex'), high: Buffer.from(digits.padEnd(64, 'f'), 'hex') }
}
const nested = {
  end,
  limit: LIMIT,
  backward: false,
  after: 1_000,
  before: undefined,
  empty: false,
  unowned: false,
}
const batches = { first: 0, end: BATCHES, size: 4, next: 4 * BATCHES, backward: true, limit: LIMIT }
const page = (filter: TransferFilter) => () =>
  transferPage(database, filter, { limit: LIMIT, backward: true, after: -1, before: end })

/** Reads of lists, and the most rows that one statement of them may read. */
const READS: Record<string, [number, () => Promise<unknown>]> = {
  'a page of holders': [
    30 * LIMIT, // 20 holders, and 15 records since the stored order, each of which moved two holdings
    () =>
      holdersOf(database, [asset], {
        end,
        isNewest: true,
        limit: LIMIT,
        after: { balance: 800n, holding: 800 },
      }),
  ],
  'a page of holders of the past': [
    // 100 records before the anchor, three rows for each of the 200 holdings that they moved, and the holders.
    800 + 10 * LIMIT,
    () => anchoredHolders(database, [asset], { end: PAST, isNewest: false, limit: LIMIT, after: undefined }),
  ],
  'the number of holders': [4, () => holderCounts(database, [asset], end)],
  'activity of the chain': [2 * positions.length, () => chainTotals(database, positions, RECORDS)],
  'positions of eras': [2 * positions.length, () => positionsOfEras(database, positions, end)],
  'activity of an asset': [4 * positions.length, () => assetTotals(database, asset, positions)],
  'activity of an account': [5 * positions.length, () => accountTotals(database, account, positions)],
  'a search for a word': [16 * LIMIT, () => searchTerms(database, 'code', search)],
  'a search for a hash': [4 * LIMIT, () => searchBytes(database, prefix('transfer 777'), search)],
  'a search for an address': [4 * LIMIT, () => searchAccounts(database, prefix('account 700'), search)],
  'the block of a time': [2, () => readBlockAt(database, { era: 4_000, height: RECORDS })],
  'the blocks of a span of time': [4, () => heightsOfEras(database, { eraFrom: 50, eraTo: 9_000 }, RECORDS)],
  'transfers of an account': [8 * LIMIT, page({ account })],
  'transfers of several accounts': [
    40 * LIMIT,
    page({ accounts: [1, 2, 3, 4, 5].map((i) => fieldOf(`account ${100 * i}`)) }),
  ],
  'transfers of several assets': [20 * LIMIT, page({ assetIds: [asset, fieldOf('asset 11')] })],
  'transfers of some kinds': [12 * LIMIT, page({ kinds: ['issue', 'retire'] })],
  'transfers of a span of time': [4 * LIMIT, page({ eraFrom: 3_000, eraTo: 25_000 })],
  'issues of a span of time': [12 * LIMIT, page({ kind: 'issue', eraFrom: 3_000, eraTo: 25_000 })],
  'the number of transfers of assets': [8, () => transferCount(database, { assetIds: [asset] }, end)],
  'proven batches': [4 * LIMIT, () => batchesWithStatus(database, 'PROVEN', batches)],
  'unproven batches': [3 * MAX_BATCHES_LOOKED_AT, () => batchesWithStatus(database, 'UNPROVEN', batches)],
  'holdings of an account': [
    8 * LIMIT,
    () => holdingsOf(database, 'account', [account], { ...nested, unowned: true }),
  ],
  'holdings of an asset': [8 * LIMIT, () => holdingsOf(database, 'asset', [asset], nested)],
  'transfers of an account, nested': [4 * LIMIT, () => transfersOf(database, 'account', [account], nested)],
  'transfers of an asset, nested': [4 * LIMIT, () => transfersOf(database, 'asset', [asset], nested)],
  'numbers of transfers': [8, () => transferCountsOf(database, 'account', [account], end)],
  'named holdings': [
    6 * LIMIT,
    () =>
      holdingsBefore(
        database,
        [...Array(LIMIT).keys()].map((i) => 10 + 40 * i),
        end,
      ),
  ],
  'holdings by their keys': [
    8 * LIMIT,
    () =>
      readHoldings(
        database,
        [...Array(LIMIT).keys()].map((i) => ({ account: fieldOf(`account ${10 + 40 * i}`), assetId: asset })),
        end,
      ),
  ],
  'present holdings by their keys': [
    8 * LIMIT,
    () =>
      readNewestHoldings(
        database,
        [...Array(LIMIT).keys()].map((i) => ({ account: fieldOf(`account ${10 + 40 * i}`), assetId: asset })),
      ),
  ],
  'accounts that exist': [
    4 * LIMIT,
    () =>
      readAccountsExist(
        database,
        [...Array(LIMIT).keys()].map((i) => fieldOf(`account ${10 + 40 * i}`)),
        end,
      ),
  ],
  'balances after records': [
    8 * LIMIT,
    () =>
      readBalancesAfter(
        database,
        [...Array(LIMIT).keys()].map((i) => 100 * i),
      ),
  ],
  'given-up batches': [4 * LIMIT, () => batchesWithStatus(database, 'DEAD', batches)],
}

it('has a history to read in', async () => {
  expect(await holderCounts(database, [asset], end)).toEqual([ACCOUNTS])
  const [past] = await anchoredHolders(database, [asset], {
    end: PAST,
    isNewest: false,
    limit: LIMIT,
    after: undefined,
  })
  expect(past).toHaveLength(LIMIT)
  expect(await page({ account: MINT })()).toEqual([])
  expect(await page({ account })()).toHaveLength(LIMIT)
  expect(await searchAccounts(database, prefix('account 700'), search)).toHaveLength(1)
})

it.each(Object.entries(READS))(
  '%s come from indexes, and cost no more than their page',
  async (_name, [most, read]) => {
    const runs = await explainedRuns(database, read)
    expect(runs.length).toBeGreaterThan(0)
    for (const { statement, sequential, rows } of runs) {
      expect({ statement, sequential: sequential.filter((table) => !SMALL.includes(table)) }).toEqual({
        statement,
        sequential: [],
      })
      expect(rows, statement).toBeLessThanOrEqual(most)
    }
  },
)
