import { fieldToBytes } from '../../crypto/field.ts'
import type { ActionKind } from '../../ledger/action.ts'
import { MINT, RETIRED } from '../../ledger/params.ts'
import { bytes } from '../columns.ts'
import type { Sql } from '../database.ts'
import { type Key, seekLast } from '../seek.ts'

/** One value of a list in a filter: its column, its number, and how many records it has. */
export interface Listed {
  key: Key
  id: number
  records: number
}

/** Accounts as senders and as receivers, before a position. Unknown accounts are left out. */
export async function listedAccounts(
  sql: Sql,
  accounts: readonly bigint[],
  before: number,
): Promise<(Listed & { account: number })[]> {
  const seq = (key: Key, column: string) =>
    sql`coalesce((SELECT ${sql(column)} FROM transfer ${seekLast(sql, key, sql`account.id`, before)}), 0)`
  const rows = await sql<{ number: number; id: number; sent: number; received: number }[]>`
    SELECT wanted.number::int AS number, account.id, ${seq('from_account', 'from_seq')} AS sent, ${seq('to_account', 'to_seq')} AS received
    FROM unnest(${bytes(accounts.map(fieldToBytes))}::bytea[]) WITH ORDINALITY AS wanted (account, number)
    JOIN account ON account.account = wanted.account`
  return rows.flatMap(({ number, id, sent, received }) => [
    { account: number - 1, key: 'from_account' as const, id, records: sent },
    { account: number - 1, key: 'to_account' as const, id, records: received },
  ])
}

/** Assets, before a position. Unknown assets are left out. */
export async function listedAssets(sql: Sql, assetIds: readonly bigint[], before: number): Promise<Listed[]> {
  const rows = await sql<{ id: number; records: number }[]>`
    SELECT asset.id, coalesce((SELECT asset_seq FROM transfer ${seekLast(sql, 'asset', sql`asset.id`, before)}), 0) AS records
    FROM asset WHERE asset_id = ANY (${bytes(assetIds.map(fieldToBytes))}::bytea[])`
  return rows.map(({ id, records }) => ({ key: 'asset', id, records }))
}

/** The party that every record of a kind has. */
const PARTIES: Readonly<Partial<Record<ActionKind, { key: Key; account: bigint }>>> = {
  register: { key: 'to_account', account: MINT },
  issue: { key: 'from_account', account: MINT },
  retire: { key: 'to_account', account: RETIRED },
  reinstate: { key: 'from_account', account: RETIRED },
}

/** The parties that the records of these kinds have, before a position; undefined if transfers are among them, which can have any. */
export async function listedKinds(
  sql: Sql,
  kinds: readonly ActionKind[],
  before: number,
): Promise<Listed[] | undefined> {
  const parties = kinds.map((kind) => PARTIES[kind])
  if (parties.includes(undefined)) return undefined
  const accounts = [MINT, RETIRED]
  const listed = await listedAccounts(sql, accounts, before)
  return listed.filter(({ key, account }) =>
    parties.some((party) => party!.key === key && party!.account === accounts[account]),
  )
}
