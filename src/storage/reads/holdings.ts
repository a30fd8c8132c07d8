import { fieldToBytes } from '../../crypto/field.ts'
import type { Holding } from '../../ledger/state.ts'
import { bytes } from '../columns.ts'
import type { Database } from '../database.ts'
import { joinCounters } from '../seek.ts'

/** What a holding is of. */
export interface HoldingKey {
  account: bigint
  assetId: bigint
}

/**
 * The holdings of these accounts and assets before position `end`, in the order asked for; undefined where there was
 * none yet. A counter is what the holding's last record before `end` left it at.
 */
export async function readHoldings(
  { sql }: Database,
  keys: readonly HoldingKey[],
  end: number,
): Promise<(Holding | undefined)[]> {
  const accounts = bytes(keys.map(({ account }) => fieldToBytes(account)))
  const assets = bytes(keys.map(({ assetId }) => fieldToBytes(assetId)))
  const rows = await sql<{ number: number; index: number; inTotal: bigint; outTotal: bigint }[]>`
    SELECT key.number::int AS number, holding.id AS index, coalesce(arrived.total, 0) AS "inTotal",
      coalesce(departed.total, 0) AS "outTotal"
    FROM unnest(${accounts}::bytea[], ${assets}::bytea[]) WITH ORDINALITY AS key(account, asset, number)
    JOIN account ON account.account = key.account
    JOIN asset ON asset.asset_id = key.asset
    JOIN holding ON holding.account = account.id AND holding.asset = asset.id AND holding.opened < ${end}
    ${joinCounters(sql, sql`holding.id`, end)}`
  const found: (Holding | undefined)[] = keys.map(() => undefined)
  for (const { number, index, inTotal, outTotal } of rows) {
    found[number - 1] = { ...keys[number - 1]!, index, inTotal, outTotal }
  }
  return found
}

/** Which of these accounts had a holding before position `end`. */
export async function readAccountsExist(
  { sql }: Database,
  accounts: readonly bigint[],
  end: number,
): Promise<boolean[]> {
  const keys = bytes(accounts.map(fieldToBytes))
  const rows = await sql<{ number: number }[]>`
    SELECT key.number::int AS number
    FROM unnest(${keys}::bytea[]) WITH ORDINALITY AS key(account, number)
    JOIN account ON account.account = key.account
    WHERE EXISTS (SELECT FROM holding WHERE holding.account = account.id AND holding.opened < ${end})`
  const found = new Set(rows.map(({ number }) => number))
  return accounts.map((_, i) => found.has(i + 1))
}
