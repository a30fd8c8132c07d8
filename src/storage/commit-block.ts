import { equalBytes } from '../codec/bytes.ts'
import { Failure } from '../config/failure.ts'
import { fieldToBytes } from '../crypto/field.ts'
import type { ActionKind, SignedAction } from '../ledger/action.ts'
import { canonicalDefinition } from '../ledger/definition.ts'
import { type BlockHeader, encodeHeader } from '../ledger/header.ts'
import type { LedgerRecord } from '../ledger/record.ts'
import type { StateChanges } from '../ledger/state.ts'
import type { TileRoot } from '../log/frontier.ts'
import { booleans, bytes, numbers, texts } from './columns.ts'
import { damaged } from './damaged.ts'
import { type Database, databaseFailure } from './database.ts'
import { termsOf } from './folding.ts'
import { KIND_NUMBERS } from './kind-numbers.ts'
import { insertLogTiles } from './log.ts'
import { accountNumbers, assetNumbers, lastOrdinals, type Numbers } from './numbering.ts'
import { spansOf } from './spans.ts'
import { insertUsages } from './sponsor-usages.ts'
import { insertTallies } from './tallies.ts'
import type { Transaction } from './transaction.ts'

/** Channel on which each final height is announced, as decimal digits. */
export const HEIGHT_CHANNEL = 'inpigritas_height'

/** A final block, ready to be stored. */
export interface FinalBlock {
  header: BlockHeader
  hash: Uint8Array
  /** Encoded final certificate of this block or of the descendant that made it final. */
  certificate: Uint8Array | null
  /** One per record, in order; empty for genesis. */
  actions: readonly { action: SignedAction; note?: string | undefined }[]
  records: readonly LedgerRecord[]
  changes: StateChanges
  /** Roots of the tiles of the log of headers that became full with this block. */
  logTiles: readonly TileRoot[]
}

/**
 * Stores a final block with all its changes, removes its actions from the pool, and announces its height, in one transaction. Blocks must come
 * in order of height. A block that is stored already is not changed, so a commit whose answer was lost can be repeated.
 * @throws Failure WRONG_PARENT if the database does not hold the block's parent as its newest block: it was replaced under the running node, by an
 *   older backup or another server. Otherwise as databaseFailure, with `retry` if the same call may succeed later
 */
export async function commitBlock({ sql }: Database, block: FinalBlock): Promise<void> {
  try {
    await sql.begin(async (tx) => {
      if (await isStored(tx, block)) return
      await requireParent(tx, block)
      const hashes = bytes(block.records.map((r) => fieldToBytes(r.hash)))
      await Promise.all([
        tx`DELETE FROM pool WHERE hash = ANY(${hashes}::bytea[])`,
        tx`SELECT pg_notify(${HEIGHT_CHANNEL}, ${block.header.height.toString()})`,
        insertBlock(tx, block),
      ])
    })
  } catch (error) {
    throw databaseFailure(error)
  }
}

async function isStored(tx: Transaction, { header, hash }: FinalBlock): Promise<boolean> {
  const [stored] = await tx<{ hash: Uint8Array }[]>`SELECT hash FROM block WHERE height = ${header.height}`
  if (stored === undefined) return false
  if (Buffer.compare(stored.hash, hash) !== 0)
    throw new Error(`another block is final at height ${header.height}`)
  return true
}

async function requireParent(tx: Transaction, { header: { height, parentHash } }: FinalBlock): Promise<void> {
  const [newest] = await tx<
    { height: number; hash: Uint8Array }[]
  >`SELECT height, hash FROM block ORDER BY height DESC LIMIT 1`
  if (newest?.height === height - 1 && equalBytes(newest.hash, parentHash)) return
  const found = newest === undefined ? 'is empty' : `ends with another block, at height ${newest.height}`
  throw new Failure('WRONG_PARENT', `block ${height} cannot be stored: the database ${found}`, {
    hint: 'was an older backup restored, or another server put in its place? Start the node again: it loads what is there and fetches the rest',
  })
}

/**
 * Inserts all rows of a block. The block before it must be stored, at least in the same transaction. The statements are sent in this order without
 * waiting for each other, because round trips would take longer than the statements.
 */
export async function insertBlock(tx: Transaction, block: FinalBlock): Promise<void> {
  const { records, changes } = block
  const [accounts, assets] = await Promise.all([
    accountNumbers(tx, records, changes),
    assetNumbers(tx, records, changes),
  ])
  await Promise.all([
    insertAccounts(tx, block, accounts),
    insertAssets(tx, block, accounts, assets),
    upsertHoldings(tx, block, accounts, assets),
    insertBlockRow(tx, block, accounts, assets),
    insertTallies(tx, block, accounts, assets),
    insertUsages(tx, block, accounts),
    insertLogTiles(tx, block.logTiles),
    insertTransfers(tx, block, accounts, assets).then(() => insertMadeFrom(tx, block, assets)),
  ])
}

async function insertBlockRow(
  tx: Transaction,
  block: FinalBlock,
  accounts: Numbers,
  assets: Numbers,
): Promise<void> {
  const { header, hash, certificate, records, changes } = block
  const count = (kind: ActionKind) => records.filter((record) => record.kind === kind).length
  await tx`
    INSERT INTO block (height, hash, header, certificate, era, position, record_count, total_assets, total_holdings, total_accounts,
      total_records, total_issues, total_retires, total_reinstates)
    SELECT ${header.height}, ${hash}, ${encodeHeader(header)}, ${certificate}, ${header.era}, ${header.position}, ${records.length},
      ${assets.total}, ${changes.holdingCount}, ${accounts.total},
      ${records.length} + coalesce(total_records, 0), ${count('issue')} + coalesce(total_issues, 0),
      ${count('retire')} + coalesce(total_retires, 0), ${count('reinstate')} + coalesce(total_reinstates, 0)
    FROM (VALUES (1)) AS one LEFT JOIN block AS parent ON parent.height = ${header.height - 1}`
}

/** Inserts new accounts, and adds the keys of accounts that sign for the first time. */
async function insertAccounts(
  tx: Transaction,
  { actions, records }: FinalBlock,
  accounts: Numbers,
): Promise<void> {
  if (accounts.added.length > 0) {
    await tx`
      INSERT INTO account (id, account)
      SELECT * FROM unnest(${numbers(accounts.added.map((a) => accounts.of(a)))}::integer[], ${bytes(accounts.added.map(fieldToBytes))}::bytea[])`
  }
  const keys = new Map<number, { kind: number; bytes: Uint8Array }>()
  actions.forEach(({ action: { publicKey } }, i) => {
    const { signer } = accounts.partiesOf(records[i]!)
    if (!keys.has(signer))
      keys.set(signer, { kind: publicKey.kind === 'eddsa' ? 0 : 1, bytes: publicKey.bytes })
  })
  if (keys.size === 0) return
  const rows = [...keys]
  await tx`
    UPDATE account SET key_kind = k.kind, public_key = k.bytes
    FROM unnest(${numbers(rows.map(([id]) => id))}::integer[], ${numbers(rows.map(([, k]) => k.kind))}::smallint[],
      ${bytes(rows.map(([, k]) => k.bytes))}::bytea[]) AS k (id, kind, bytes)
    WHERE account.id = k.id AND account.public_key IS NULL`
}

async function insertAssets(
  tx: Transaction,
  block: FinalBlock,
  accounts: Numbers,
  assets: Numbers,
): Promise<void> {
  const added = block.changes.assets
  if (added.length === 0) return
  const positions = new Map(
    block.records.filter((r) => r.kind === 'register').map((r) => [r.assetId, r.position]),
  )
  await tx`
    INSERT INTO asset (id, asset_id, code, issuer, cap, decimals, reinstatable, definition, mint_holding, position)
    SELECT * FROM unnest(${numbers(added.map((a) => assets.of(a.id)))}::integer[], ${bytes(added.map((a) => fieldToBytes(a.id)))}::bytea[],
      ${texts(added.map((a) => a.code))}::text[], ${numbers(added.map((a) => accounts.of(a.issuer)))}::integer[],
      ${numbers(added.map((a) => a.cap))}::numeric[], ${numbers(added.map((a) => a.decimals))}::smallint[],
      ${booleans(added.map((a) => a.reinstatable))}::boolean[], ${texts(added.map((a) => canonicalDefinition(a.definition)))}::text[],
      ${numbers(added.map((a) => a.mintHolding))}::integer[], ${numbers(added.map((a) => positions.get(a.id)!))}::bigint[])`
  const terms = added.flatMap((a) =>
    [a.code, a.definition.name].flatMap((text, source) =>
      termsOf(text).map((term) => ({ term, asset: assets.of(a.id), source })),
    ),
  )
  await tx`
    INSERT INTO asset_term (term, asset, source)
    SELECT * FROM unnest(${texts(terms.map((t) => t.term))}::text[], ${numbers(terms.map((t) => t.asset))}::integer[],
      ${numbers(terms.map((t) => t.source))}::smallint[])`
}

/** Links new assets to the retirements that they were made from. These are found by hash among the stored records, this block's included. */
async function insertMadeFrom(tx: Transaction, { changes }: FinalBlock, assets: Numbers): Promise<void> {
  const rows = changes.assets.flatMap((a) =>
    a.madeFrom.map((hash, ordinal) => ({ asset: assets.of(a.id), ordinal, hash })),
  )
  if (rows.length === 0) return
  const { count } = await tx`
    INSERT INTO made_from (asset, ordinal, position)
    SELECT m.asset, m.ordinal, transfer.position
    FROM unnest(${numbers(rows.map((r) => r.asset))}::integer[], ${numbers(rows.map((r) => r.ordinal))}::smallint[],
      ${bytes(rows.map((r) => fieldToBytes(r.hash)))}::bytea[]) AS m (asset, ordinal, hash)
    JOIN transfer ON transfer.hash = m.hash`
  if (count !== rows.length) throw damaged('it has not every retirement that a definition is made from')
}

async function insertTransfers(
  tx: Transaction,
  block: FinalBlock,
  accounts: Numbers,
  assets: Numbers,
): Promise<void> {
  const { records, actions, header } = block
  if (records.length === 0) return
  const ordinals = await lastOrdinals(tx, records, accounts, assets)
  const rows = records.map((record, i) => ({
    record,
    asset: assets.of(record.assetId),
    ...accounts.partiesOf(record),
    ...ordinals.next(record),
    signature: actions[i]?.action.signature ?? null,
  }))
  const column = <T>(pick: (row: (typeof rows)[number]) => T) => rows.map(pick)
  await tx`
    INSERT INTO transfer (position, height, kind, flags, hash, asset, from_account, to_account, from_holding, to_holding,
      amount, from_start, to_start, era, memo, signature, asset_seq, asset_units, from_seq, to_seq)
    SELECT position, ${header.height}, kind, flags, hash, asset, from_account, to_account, from_holding, to_holding,
      amount, from_start, to_start, era, memo, signature, asset_seq, asset_units, from_seq, to_seq
    FROM unnest(
      ${numbers(column((r) => r.record.position))}::bigint[], ${numbers(column((r) => KIND_NUMBERS[r.record.kind]))}::smallint[],
      ${numbers(column((r) => r.record.flags))}::smallint[], ${bytes(column((r) => fieldToBytes(r.record.hash)))}::bytea[],
      ${numbers(column((r) => r.asset))}::integer[], ${numbers(column((r) => r.from))}::integer[], ${numbers(column((r) => r.to))}::integer[],
      ${numbers(column((r) => r.record.fromHolding))}::integer[], ${numbers(column((r) => r.record.toHolding))}::integer[],
      ${numbers(column((r) => r.record.amount))}::numeric[], ${numbers(column((r) => r.record.fromStart))}::numeric[],
      ${numbers(column((r) => r.record.toStart))}::numeric[], ${numbers(column((r) => r.record.era))}::bigint[],
      ${bytes(column((r) => (r.record.memo === 0n ? null : fieldToBytes(r.record.memo))))}::bytea[],
      ${bytes(column((r) => r.signature))}::bytea[], ${numbers(column((r) => r.assetSeq))}::bigint[], ${numbers(column((r) => r.assetUnits))}::numeric[],
      ${numbers(column((r) => r.fromSeq))}::bigint[], ${numbers(column((r) => r.toSeq))}::bigint[]
    ) AS t (position, kind, flags, hash, asset, from_account, to_account, from_holding, to_holding,
      amount, from_start, to_start, era, memo, signature, asset_seq, asset_units, from_seq, to_seq)`
  const notes = actions.flatMap(({ note }, i) =>
    note === undefined ? [] : [{ note, position: records[i]!.position }],
  )
  if (notes.length > 0) {
    await tx`INSERT INTO note SELECT * FROM unnest(${numbers(notes.map((n) => n.position))}::bigint[], ${texts(notes.map((n) => n.note))}::text[])`
  }
}

async function upsertHoldings(
  tx: Transaction,
  block: FinalBlock,
  accounts: Numbers,
  assets: Numbers,
): Promise<void> {
  const touched = [...block.changes.holdings.values()]
  if (touched.length === 0) return
  const opened = new Map<number, number>()
  for (const { position, fromHolding, toHolding } of block.records) {
    for (const id of [fromHolding, toHolding]) if (!opened.has(id)) opened.set(id, position)
  }
  await tx`
    INSERT INTO holding (id, account, asset, in_total, out_total, opened)
    SELECT * FROM unnest(${numbers(touched.map((h) => h.index))}::integer[], ${numbers(touched.map((h) => accounts.of(h.account)))}::integer[],
      ${numbers(touched.map((h) => assets.of(h.assetId)))}::integer[], ${numbers(touched.map((h) => h.inTotal))}::numeric[],
      ${numbers(touched.map((h) => h.outTotal))}::numeric[], ${numbers(touched.map((h) => opened.get(h.index)!))}::bigint[])
    ON CONFLICT (id) DO UPDATE SET in_total = EXCLUDED.in_total, out_total = EXCLUDED.out_total`
  const { begun, ended } = spansOf(block.records, block.changes)
  if (ended.length > 0) {
    await tx`
      UPDATE holding_span SET emptied = e.position
      FROM unnest(${numbers(ended.map((s) => s.holding))}::integer[], ${numbers(ended.map((s) => s.position))}::bigint[]) AS e (holding, position)
      WHERE holding_span.holding = e.holding AND holding_span.emptied IS NULL`
  }
  if (begun.length > 0) {
    await tx`
      INSERT INTO holding_span (holding, asset, opened, emptied)
      SELECT * FROM unnest(${numbers(begun.map((s) => s.holding))}::integer[], ${numbers(begun.map((s) => assets.of(s.assetId)))}::integer[],
        ${numbers(begun.map((s) => s.opened))}::bigint[], ${numbers(begun.map((s) => s.emptied))}::bigint[])`
  }
}
