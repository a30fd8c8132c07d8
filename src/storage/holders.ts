import { fieldToBytes } from '../crypto/field.ts'
import { MINT, RETIRED } from '../ledger/params.ts'
import { type Database, databaseFailure } from './database.ts'
import type { Fragment } from './reads/rows.ts'
import { movesUnits, seekLast } from './seek.ts'
import type { Transaction } from './transaction.ts'

/** How the order of holders is kept. */
export interface OrderBounds {
  /** Records that one transaction counts at most. */
  step: number
  /** Records of an asset between two of its anchors: at least so many, and at most so many and a step. */
  spacing: number
  /** Holders that an anchor lists at most. */
  listed: number
}

/** What a node keeps. Blocks have fewer records than a step, and a page has at most 100 holders. */
export const ORDER_BOUNDS: OrderBounds = { step: 4_096, spacing: 256, listed: 256 }

/**
 * Brings the table `holder`, the order of an asset's holders by balance, up to the newest block, and keeps the first of them from time to time as an
 * anchor for reads of the past. A node does this in the background, because it would add a fifth to the time of a commit; reads correct what is
 * missing (src/storage/reads/holders.ts). It goes in steps, each a transaction.
 * @returns the position up to which records are counted
 * @throws Failure (see databaseFailure), with `retry` if the same call may succeed later
 */
export async function refreshHolders({ sql }: Database, bounds = ORDER_BOUNDS): Promise<number> {
  try {
    for (;;) {
      const { end, tip } = await sql.begin('ISOLATION LEVEL REPEATABLE READ', (tx) => step(tx, bounds))
      if (end === tip) return end
    }
  } catch (error) {
    throw databaseFailure(error)
  }
}

/** Positions [first, end) are counted in this step, and [first, tip) in all. */
interface StepRange {
  first: number
  end: number
  tip: number
}

async function step(tx: Transaction, bounds: OrderBounds): Promise<StepRange> {
  const [stored] = await tx<[{ first: number; tip: number }]>`
    SELECT coalesce((SELECT position FROM holder_position), 0) AS first,
      (SELECT position + record_count FROM block ORDER BY height DESC LIMIT 1) AS tip`
  const range = { ...stored, end: Math.min(stored.tip, stored.first + bounds.step) }
  if (range.first === range.end) return range
  await moveHolders(tx, range)
  await dropAnchors(tx, range, bounds)
  await tx`
    INSERT INTO holder_position (id, position) VALUES (1, ${range.end})
    ON CONFLICT (id) DO UPDATE SET position = EXCLUDED.position`
  return range
}

/**
 * Moves the holdings of the range's records to their new places. Each record states both counters as they were before it, so a holding's old place
 * is known from the first record that moved it, and needs no second index. A counter that no record of the range states is the present one, if the
 * range ends at the tip.
 */
async function moveHolders(tx: Transaction, { first, end, tip }: StepRange): Promise<void> {
  const id = tx`holding.id`
  const inBefore = end === tip ? tx`in_total` : inTotalBefore(tx, first)
  const outBefore =
    end === tip
      ? tx`out_total`
      : tx`(SELECT from_start + amount FROM transfer ${seekLast(tx, 'from_holding', id, first, movesUnits(tx))})`
  await tx`
    WITH changed AS (
      SELECT id, min(arrived) AS arrived, max(arrived + amount) AS "in", min(departed) AS departed, max(departed + amount) AS "out"
      FROM (
        SELECT to_holding AS id, to_start AS arrived, NULL::numeric AS departed, amount
        FROM transfer WHERE position >= ${first} AND position < ${end}
        UNION ALL
        SELECT from_holding, NULL, from_start, amount FROM transfer WHERE position >= ${first} AND position < ${end} AND kind <> 0
      ) AS side GROUP BY id
    ), counted AS (
      SELECT holding.asset, holding.id AS holding, arrived, departed, coalesce("in", ${inBefore}, 0) AS "in", coalesce("out", ${outBefore}, 0) AS "out"
      FROM changed JOIN holding USING (id) JOIN account ON account.id = holding.account
      WHERE account.account NOT IN (${fieldToBytes(MINT)}, ${fieldToBytes(RETIRED)})
    ), moved AS (
      SELECT asset, holding, "in" - "out" AS balance, coalesce(arrived, "in") - coalesce(departed, "out") AS old FROM counted
    ), removed AS (
      DELETE FROM holder USING moved
      WHERE holder.asset = moved.asset AND holder.balance = moved.old AND holder.holding = moved.holding AND moved.old <> moved.balance
    )
    INSERT INTO holder (asset, balance, holding)
    SELECT asset, balance, holding FROM moved WHERE balance > 0 AND old <> balance`
}

/** What had arrived in `holding` before a position. */
const inTotalBefore = (tx: Transaction, position: number): Fragment =>
  tx`(SELECT to_start + amount FROM transfer ${seekLast(tx, 'to_holding', tx`holding.id`, position)})`

/** Keeps the first holders of each asset of the range that has had enough records since its last anchor. */
async function dropAnchors(
  tx: Transaction,
  { first, end, tip }: StepRange,
  { spacing, listed }: OrderBounds,
): Promise<void> {
  await tx`
    INSERT INTO holder_anchor (asset, position, asset_seq, is_whole, holdings, in_totals, balances)
    SELECT due.asset, ${end}::bigint, due.seq, count(h.rank) <= ${listed},
      coalesce(array_agg(h.holding ORDER BY h.rank) FILTER (WHERE h.rank <= ${listed}), '{}'),
      coalesce(array_agg(h.in_total ORDER BY h.rank) FILTER (WHERE h.rank <= ${listed}), '{}'),
      coalesce(array_agg(h.balance ORDER BY h.rank) FILTER (WHERE h.rank <= ${listed}), '{}')
    FROM (
      SELECT asset, max(asset_seq) AS seq FROM transfer WHERE position >= ${first} AND position < ${end} GROUP BY asset
    ) AS due
    LEFT JOIN LATERAL (
      SELECT asset_seq FROM holder_anchor WHERE (asset, position) >= (due.asset, 0) AND (asset, position) < (due.asset + 1, 0)
      ORDER BY asset DESC, position DESC LIMIT 1
    ) AS last ON true
    LEFT JOIN LATERAL (
      SELECT in_order.*, ${end === tip ? tx`holding.in_total` : inTotalBefore(tx, end)} AS in_total FROM (
        SELECT holding, balance, row_number() OVER () AS rank FROM (
          SELECT holding, balance FROM holder WHERE (asset, balance) > (due.asset, 0) AND (asset, balance) < (due.asset + 1, 0)
          ORDER BY asset DESC, balance DESC, holding DESC LIMIT ${listed + 1}
        ) AS places
      ) AS in_order
      CROSS JOIN LATERAL (SELECT id, in_total FROM holding AS h WHERE h.id = in_order.holding LIMIT 1) AS holding
    ) AS h ON true
    WHERE due.seq - coalesce(last.asset_seq, 0) >= ${spacing}
    GROUP BY due.asset, due.seq`
}
