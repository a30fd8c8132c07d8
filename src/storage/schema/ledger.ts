import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  index,
  integer,
  numeric,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { binaryText, bytea, MAX_AMOUNT, MAX_COUNTER, safeInteger, units } from './column-types.ts'

/**
 * The tables of what is final, and what is derived from it. Inside the database, accounts, assets and holdings have small dense numbers: accounts in
 * order of appearance, holdings by their leaf in the state tree. Triggers in the migrations protect what must never change.
 */

/** The chain of this database: one row. */
export const chain = pgTable(
  'chain',
  {
    id: smallint('id').primaryKey(),
    format: integer('format').notNull(),
    chainId: bytea('chain_id').notNull(),
    genesis: text('genesis').notNull(),
    firstPosition: safeInteger('first_position').notNull(),
  },
  (t) => [check('chain_one_row', sql`${t.id} = 1`)],
)

/** Final blocks, from height 0 (genesis). Totals count all records, assets, holdings and accounts up to and including the block. */
export const block = pgTable(
  'block',
  {
    height: safeInteger('height').primaryKey(),
    hash: bytea('hash').notNull().unique(),
    header: bytea('header').notNull(),
    /** The final certificate of this block or of the descendant that made it final; null for genesis. */
    certificate: bytea('certificate'),
    era: safeInteger('era').notNull(),
    /** Position of its first record. The block has the positions [position, position + record_count). */
    position: safeInteger('position').notNull(),
    recordCount: integer('record_count').notNull(),
    totalRecords: safeInteger('total_records').notNull(),
    totalAssets: integer('total_assets').notNull(),
    totalHoldings: safeInteger('total_holdings').notNull(),
    totalAccounts: integer('total_accounts').notNull(),
    /** Records of these kinds. Registrations are as many as assets, and transfers are the rest. */
    totalIssues: safeInteger('total_issues').notNull(),
    totalRetires: safeInteger('total_retires').notNull(),
    totalReinstates: safeInteger('total_reinstates').notNull(),
  },
  (t) => [
    index('block_by_era').on(t.era),
    check('block_counts', sql`${t.recordCount} >= 0 AND ${t.position} >= 0 AND ${t.height} >= 0`),
  ],
)

export const account = pgTable(
  'account',
  {
    id: integer('id').primaryKey(),
    account: bytea('account').notNull().unique(),
    /** 0 = eddsa, 1 = rsa; null until the account has signed a final record. */
    keyKind: smallint('key_kind'),
    publicKey: bytea('public_key'),
  },
  (t) => [check('account_is_field', sql`octet_length(${t.account}) = 32`)],
)

export const asset = pgTable(
  'asset',
  {
    id: integer('id').primaryKey(),
    assetId: bytea('asset_id').notNull().unique(),
    code: text('code').notNull().unique(),
    issuer: integer('issuer')
      .notNull()
      .references(() => account.id),
    cap: units('cap').notNull(),
    decimals: smallint('decimals').notNull(),
    reinstatable: boolean('reinstatable').notNull(),
    /** Canonical JSON. */
    definition: text('definition').notNull(),
    mintHolding: integer('mint_holding').notNull(),
    /** Position of its register record. */
    position: safeInteger('position').notNull(),
  },
  (t) => [
    index('asset_by_issuer').on(t.issuer, t.id),
    check('asset_cap', sql`${t.cap} BETWEEN 1 AND ${MAX_AMOUNT}`),
  ],
)

/** Words of an asset's code and name, folded (src/storage/folding.ts), each with what follows it in the same text. */
export const assetTerm = pgTable(
  'asset_term',
  {
    term: binaryText('term').notNull(),
    asset: integer('asset').notNull(),
    /** Where the word is: 0 in the code, 1 in the name. */
    source: smallint('source').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.term, t.asset, t.source] }),
    check('asset_term_source', sql`${t.source} BETWEEN 0 AND 1`),
  ],
)

/** Records: one row per applied action. */
export const transfer = pgTable(
  'transfer',
  {
    position: safeInteger('position').primaryKey(),
    height: safeInteger('height').notNull(),
    /** 0 register, 1 issue, 2 transfer, 3 retire, 4 reinstate. */
    kind: smallint('kind').notNull(),
    flags: smallint('flags').notNull(),
    hash: bytea('hash').notNull(),
    asset: integer('asset').notNull(),
    fromAccount: integer('from_account').notNull(),
    toAccount: integer('to_account').notNull(),
    fromHolding: integer('from_holding').notNull(),
    toHolding: integer('to_holding').notNull(),
    amount: units('amount').notNull(),
    fromStart: units('from_start').notNull(),
    toStart: units('to_start').notNull(),
    era: safeInteger('era').notNull(),
    /** Null if it is 0. */
    memo: bytea('memo'),
    /** Null for records of genesis. */
    signature: bytea('signature'),
    /** Number of records of its asset, its sender and its receiver up to and including this one. */
    assetSeq: safeInteger('asset_seq').notNull(),
    fromSeq: safeInteger('from_seq').notNull(),
    toSeq: safeInteger('to_seq').notNull(),
    /** Units of its asset that records up to and including this one moved, registrations left out: less than 2^112 each. */
    assetUnits: numeric('asset_units', { precision: 48, scale: 0, mode: 'bigint' }).notNull(),
  },
  (t) => [
    unique('transfer_hash').on(t.hash),
    uniqueIndex('transfer_arrivals').on(t.toHolding, t.toStart).where(sql`${t.kind} <> 0`),
    uniqueIndex('transfer_departures').on(t.fromHolding, t.fromStart).where(sql`${t.kind} <> 0`),
    index('transfer_by_from_holding').on(t.fromHolding, t.position),
    index('transfer_by_to_holding').on(t.toHolding, t.position),
    index('transfer_by_from').on(t.fromAccount, t.position),
    index('transfer_by_to').on(t.toAccount, t.position),
    index('transfer_by_asset').on(t.asset, t.position),
    index('transfer_by_kind').on(t.kind, t.position).where(sql`${t.kind} <> 2`),
    index('transfer_by_memo').on(t.memo, t.position).where(sql`${t.memo} IS NOT NULL`),
    check('transfer_amount', sql`${t.amount} BETWEEN 1 AND ${MAX_AMOUNT}`),
    check('transfer_from_start', sql`${t.fromStart} BETWEEN 0 AND ${MAX_COUNTER} - ${t.amount}`),
    check('transfer_to_start', sql`${t.toStart} BETWEEN 0 AND ${MAX_COUNTER} - ${t.amount}`),
    check(
      'transfer_kind',
      sql`${t.kind} BETWEEN 0 AND 4 AND ${t.flags} BETWEEN 0 AND 3 AND (${t.kind} = 0) = (${t.flags} >= 2)`,
    ),
    check('transfer_parties', sql`(${t.fromHolding} = ${t.toHolding}) = (${t.kind} = 0)`),
  ],
)

/** Notes, which accompany actions but are not part of them. Only these may be deleted from the history. */
export const note = pgTable('note', {
  position: safeInteger('position').primaryKey(),
  text: text('text').notNull(),
})

/** The retirements from which an asset was made. */
export const madeFrom = pgTable(
  'made_from',
  {
    asset: integer('asset').notNull(),
    ordinal: smallint('ordinal').notNull(),
    /** Position of the retirement, which can be used once only. */
    position: safeInteger('position').notNull().unique(),
  },
  (t) => [primaryKey({ columns: [t.asset, t.ordinal] })],
)

/** Present counters of every holding. */
export const holding = pgTable(
  'holding',
  {
    id: integer('id').primaryKey(),
    account: integer('account').notNull(),
    asset: integer('asset').notNull(),
    inTotal: units('in_total').notNull(),
    outTotal: units('out_total').notNull(),
    /** Position of the record that opened it. */
    opened: safeInteger('opened').notNull(),
  },
  (t) => [
    unique('holding_of').on(t.account, t.asset),
    index('holding_by_account').on(t.account, t.id),
    index('holding_by_asset').on(t.asset, t.id),
    check(
      'holding_counters',
      sql`${t.outTotal} >= 0 AND ${t.outTotal} <= ${t.inTotal} AND ${t.inTotal} <= ${MAX_COUNTER}`,
    ),
  ],
)

/** Periods in which a holding was not empty, from one record to another. */
export const holdingSpan = pgTable(
  'holding_span',
  {
    holding: integer('holding').notNull(),
    asset: integer('asset').notNull(),
    opened: safeInteger('opened').notNull(),
    emptied: safeInteger('emptied'),
  },
  (t) => [
    primaryKey({ columns: [t.holding, t.opened] }),
    index('holding_span_by_asset').on(t.asset, t.holding, t.opened),
  ],
)

/**
 * Running totals of an asset, one row per record that changes one: records by kind, and holders. Registrations are one, transfers the rest of
 * `asset_seq`. A span of time has the difference of two rows (src/storage/tallies.ts).
 */
export const assetTally = pgTable(
  'asset_tally',
  {
    asset: integer('asset').notNull(),
    position: safeInteger('position').notNull(),
    issues: safeInteger('issues').notNull(),
    retires: safeInteger('retires').notNull(),
    reinstates: safeInteger('reinstates').notNull(),
    holders: integer('holders').notNull(),
  },
  (t) => [primaryKey({ columns: [t.asset, t.position] })],
)

/** Running totals of the records of an account by kind, one row per record that is no transfer; the mint and RETIRED have none. */
export const accountTally = pgTable(
  'account_tally',
  {
    account: integer('account').notNull(),
    position: safeInteger('position').notNull(),
    registers: safeInteger('registers').notNull(),
    issues: safeInteger('issues').notNull(),
    retires: safeInteger('retires').notNull(),
    reinstates: safeInteger('reinstates').notNull(),
  },
  (t) => [primaryKey({ columns: [t.account, t.position] })],
)

/**
 * What is charged to a sponsor, one row per block that changes it; under MINT what is charged to all unlisted sponsors together. PROTOCOL.md,
 * "Admission".
 */
export const sponsorUsage = pgTable(
  'sponsor_usage',
  {
    account: integer('account').notNull(),
    height: safeInteger('height').notNull(),
    assets: integer('assets').notNull(),
    bytes: safeInteger('bytes').notNull(),
    holdings: integer('holdings').notNull(),
    retirements: integer('retirements').notNull(),
  },
  (t) => [primaryKey({ columns: [t.account, t.height] })],
)

/** Nodes of the state tree, leaves (level 0) included. */
export const stateNode = pgTable(
  'state_node',
  { level: smallint('level').notNull(), index: integer('index').notNull(), hash: bytea('hash').notNull() },
  (t) => [primaryKey({ columns: [t.level, t.index] })],
)

/** Nodes of full subtrees of the history tree; leaves are the records' hashes. */
export const historyNode = pgTable(
  'history_node',
  {
    level: smallint('level').notNull(),
    index: safeInteger('index').notNull(),
    hash: bytea('hash').notNull(),
  },
  (t) => [primaryKey({ columns: [t.level, t.index] })],
)

/** Height of the block up to which the two trees are stored: one row. */
export const treeHeight = pgTable(
  'tree_height',
  { id: smallint('id').primaryKey(), height: safeInteger('height').notNull() },
  (t) => [check('tree_height_one_row', sql`${t.id} = 1`)],
)
