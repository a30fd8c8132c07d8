import { fieldToBytes } from '../crypto/field.ts'
import { MINT, RETIRED } from '../ledger/params.ts'
import { type Database, databaseFailure } from './database.ts'

/**
 * Brings the table `holder`, the order of an asset's holders by balance, up to the newest block. A node does this in the background, because it
 * would add a fifth to the time of a commit; reads correct what is missing (src/storage/reads/holders.ts). Each record states both counters as they
 * were before it, so a holding's old place is known from the first record that moved it, and needs no second index.
 * @returns the position up to which records are counted
 * @throws Failure (see databaseFailure), with `retry` if the same call may succeed later
 */
export async function refreshHolders({ sql }: Database): Promise<number> {
  try {
    return await sql.begin('ISOLATION LEVEL REPEATABLE READ', async (tx) => {
      const [range] = await tx<[{ first: number; end: number }]>`
        SELECT coalesce((SELECT position FROM holder_position), 0) AS first,
          (SELECT position + record_count FROM block ORDER BY height DESC LIMIT 1) AS "end"`
      const { first, end } = range
      if (first === end) return end
      await tx`
        WITH changed AS (
          SELECT id, min(arrived) AS arrived, min(departed) AS departed
          FROM (
            SELECT to_holding AS id, to_start AS arrived, NULL::numeric AS departed FROM transfer WHERE position >= ${first}
            UNION ALL
            SELECT from_holding, NULL, from_start FROM transfer WHERE position >= ${first} AND kind <> 0
          ) AS side GROUP BY id
        ), moved AS (
          SELECT holding.asset, holding.id AS holding, in_total - out_total AS balance,
            coalesce(arrived, in_total) - coalesce(departed, out_total) AS old
          FROM changed JOIN holding USING (id) JOIN account ON account.id = holding.account
          WHERE account.account NOT IN (${fieldToBytes(MINT)}, ${fieldToBytes(RETIRED)})
        ), removed AS (
          DELETE FROM holder USING moved
          WHERE holder.asset = moved.asset AND holder.balance = moved.old AND holder.holding = moved.holding AND moved.old <> moved.balance
        )
        INSERT INTO holder (asset, balance, holding)
        SELECT asset, balance, holding FROM moved WHERE balance > 0 AND old <> balance`
      await tx`
        INSERT INTO holder_position (id, position) VALUES (1, ${end})
        ON CONFLICT (id) DO UPDATE SET position = EXCLUDED.position`
      return end
    })
  } catch (error) {
    throw databaseFailure(error)
  }
}
