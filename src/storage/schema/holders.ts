import { sql } from 'drizzle-orm'
import { boolean, check, integer, pgTable, primaryKey, smallint } from 'drizzle-orm/pg-core'
import { safeInteger, units } from './column-types.ts'

/** The order of an asset's holders, kept in the background (src/storage/holders.ts). */

/**
 * Balances of an asset's holders, which are all accounts with units of it except the mint and RETIRED. The key is their order. The table follows
 * the chain some blocks behind (src/storage/holders.ts).
 */
export const holder = pgTable(
  'holder',
  {
    asset: integer('asset').notNull(),
    balance: units('balance').notNull(),
    holding: integer('holding').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.asset, t.balance, t.holding] }),
    check('holder_balance', sql`${t.balance} > 0`),
  ],
)

/**
 * The first holders of an asset in the order that they had before a position, for reads of the past. Kept every few hundred records of the asset
 * (src/storage/holders.ts).
 */
export const holderAnchor = pgTable(
  'holder_anchor',
  {
    asset: integer('asset').notNull(),
    position: safeInteger('position').notNull(),
    /** Number of records of the asset before the position. */
    assetSeq: safeInteger('asset_seq').notNull(),
    /** Whether these are all of its holders. */
    isWhole: boolean('is_whole').notNull(),
    holdings: integer('holdings').array().notNull(),
    /** One of each per holding. */
    inTotals: units('in_totals').array().notNull(),
    balances: units('balances').array().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.asset, t.position] }),
    check(
      'holder_anchor_lists',
      sql`cardinality(${t.holdings}) = cardinality(${t.inTotals}) AND cardinality(${t.holdings}) = cardinality(${t.balances}) AND (${t.isWhole} OR cardinality(${t.holdings}) > 0)`,
    ),
  ],
)

/** The position before which all records are counted in `holder`: one row. */
export const holderPosition = pgTable(
  'holder_position',
  { id: smallint('id').primaryKey(), position: safeInteger('position').notNull() },
  (t) => [check('holder_position_one_row', sql`${t.id} = 1`)],
)
