import { describe, expect, it } from 'vitest'
import { applyGenesis } from '../../../src/ledger/apply-genesis.ts'
import { blockHash } from '../../../src/ledger/header.ts'
import { UNLISTED } from '../../../src/ledger/quota.ts'
import type { StateChanges } from '../../../src/ledger/state.ts'
import { commitBlock } from '../../../src/storage/commit-block.ts'
import { initializeChain } from '../../../src/storage/initialize-chain.ts'
import { loadLedgerState, loadTip } from '../../../src/storage/load-state.ts'
import { deletePoolEntries, insertPoolEntries, loadPool } from '../../../src/storage/pool-store.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { genesisOf } from '../../support/ledger/ledger-world.ts'
import { storedHistory } from '../../support/storage/stored-history.ts'

const NOTHING: StateChanges = {
  holdings: new Map(),
  assets: [],
  retirements: new Map(),
  reservations: new Map(),
  usages: new Map(),
  holdingCount: 0,
  position: 0,
}

describe('a chain in the database', () => {
  it('loads as the same ledger state', async () => {
    const { chain, database } = await storedHistory(7, 250)
    const loaded = await loadLedgerState(database, chain.rules)
    expect(loaded.holdingCount).toBe(chain.state.holdingCount)
    expect(loaded.position).toBe(chain.state.position)
    for (let i = 0; i < loaded.holdingCount; i++)
      expect(loaded.holdingAt(i)).toEqual(chain.state.holdingAt(i))
    expect(loaded.assetCount).toBe(chain.state.assetCount)
    const sponsors = new Set([UNLISTED])
    for (const { assetId, from, kind } of chain.records) {
      expect(loaded.asset(assetId)).toEqual(chain.state.asset(assetId))
      if (kind === 'register') sponsors.add(from)
    }
    for (const sponsor of sponsors) {
      expect(loaded.usage(sponsor)).toEqual(chain.state.usage(sponsor))
      expect(loaded.usage(sponsor).assets).toBeGreaterThan(0)
    }
    for (const { kind, hash } of chain.records) {
      if (kind === 'retire') expect(loaded.retirement(hash)).toEqual(chain.state.retirement(hash))
    }
    expect((await loadTip(database))?.header).toEqual(chain.header)
  })

  it('takes a block only onto the parent that it names', async () => {
    const { chain, database } = await storedHistory(7, 40)
    const { header } = chain
    const next = { ...header, height: header.height + 1, parentHash: blockHash(header) }
    const commit = (wrong: typeof next) =>
      commitBlock(database, {
        header: wrong,
        hash: blockHash(wrong),
        certificate: new Uint8Array([1]),
        ...{ actions: [], records: [], changes: NOTHING, logTiles: [] },
      })
    for (const wrong of [
      { ...next, parentHash: blockHash(next) },
      { ...next, height: next.height + 1 },
    ])
      await expect(commit(wrong)).rejects.toMatchObject({ code: 'WRONG_PARENT', retry: false })
    expect((await loadTip(database))?.header).toEqual(header)
  })

  it('has correct totals, ordinals and holding spans', async () => {
    const { chain, database } = await storedHistory(11, 250)
    const { sql } = database
    const [tip] = await sql`SELECT * FROM block ORDER BY height DESC LIMIT 1`
    const [counts] =
      await sql`SELECT (SELECT count(*) FROM transfer) AS total_records, (SELECT count(*) FROM asset) AS total_assets,
      (SELECT count(*) FROM holding) AS total_holdings, (SELECT count(*) FROM account) AS total_accounts`
    expect(tip).toMatchObject({ ...counts })
    expect(counts!.total_records).toBe(chain.records.length)
    const [wrong] = await sql`
      SELECT count(*) AS n FROM (SELECT asset_seq, row_number() OVER (PARTITION BY asset ORDER BY position) AS a,
        from_seq, row_number() OVER (PARTITION BY from_account ORDER BY position) AS f,
        to_seq, row_number() OVER (PARTITION BY to_account ORDER BY position) AS t,
        asset_units, coalesce(sum(amount) FILTER (WHERE kind <> 0) OVER (PARTITION BY asset ORDER BY position), 0) AS u FROM transfer) AS s
      WHERE asset_seq <> a OR from_seq <> f OR to_seq <> t OR asset_units <> u`
    expect(wrong!.n).toBe(0)
    const spans = await sql`
      SELECT h.id, h.in_total > h.out_total AS filled,
        count(*) FILTER (WHERE s.emptied IS NULL) AS open, count(*) FILTER (WHERE s.emptied <= s.opened) AS backwards
      FROM holding AS h LEFT JOIN holding_span AS s ON s.holding = h.id GROUP BY h.id`
    for (const { filled, open, backwards } of spans) expect([open, backwards]).toEqual([filled ? 1 : 0, 0])
  })

  it('stores a block once, however often it is committed, and rejects another at its height', async () => {
    const { chain, database } = await storedHistory(3, 40)
    const genesis = genesisOf()
    const before = await database.sql`SELECT count(*) AS n FROM transfer`
    const again = {
      header: chain.header,
      hash: blockHash(chain.header),
      certificate: null,
      actions: [],
      records: [],
      changes: NOTHING,
      logTiles: [],
    }
    await commitBlock(database, again)
    expect(await database.sql`SELECT count(*) AS n FROM transfer`).toEqual(before)
    await expect(commitBlock(database, { ...again, hash: new Uint8Array(32) })).rejects.toThrow(
      'another block',
    )
    await initializeChain(database, genesis, applyGenesis(poseidon, genesis))
    const other = genesisOf({ salt: '77'.repeat(32) })
    await expect(initializeChain(database, other, applyGenesis(poseidon, other))).rejects.toMatchObject({
      code: 'OTHER_CHAIN',
    })
  })
})

describe('the database', () => {
  it('lets nobody change or delete final data', async () => {
    const { database } = await storedHistory(5, 60)
    const { sql } = database
    for (const table of [
      'transfer',
      'block',
      'asset',
      'chain',
      'asset_tally',
      'account_tally',
      'asset_term',
    ]) {
      await expect(sql.unsafe(`DELETE FROM ${table}`)).rejects.toThrow('append-only')
      await expect(sql.unsafe(`TRUNCATE ${table}`)).rejects.toThrow('append-only')
    }
    await expect(sql`UPDATE transfer SET amount = amount + 1`).rejects.toThrow('append-only')
    await expect(sql`UPDATE holding SET in_total = in_total - 1`).rejects.toThrow(/upwards|holding_counters/)
    await expect(sql`UPDATE holding SET out_total = in_total + 1`).rejects.toThrow('holding_counters')
    await expect(sql`DELETE FROM account`).rejects.toThrow('append-only')
  })

  it('keeps waiting actions in order of arrival until they are deleted', async () => {
    const { chain, database } = await storedHistory(9, 30)
    const entries = [5n, 3n, 4n].map((hash) => ({
      hash,
      bytes: new Uint8Array([Number(hash)]),
      note: hash === 3n ? 'a "note"\\' : undefined,
    }))
    await insertPoolEntries(database, entries)
    await insertPoolEntries(database, entries.slice(1))
    expect((await loadPool(database, expect.unreachable)).map((e) => [e.bytes[0], e.note])).toEqual([
      [5, undefined],
      [3, 'a "note"\\'],
      [4, undefined],
    ])
    await deletePoolEntries(database, [3n])
    expect(await loadPool(database, expect.unreachable)).toHaveLength(2)
    expect(chain.header.height).toBeGreaterThan(0)
  })
})
