import { fieldToBytes } from '../../crypto/field.ts'
import type { ActionKind } from '../../ledger/action.ts'
import { MINT, RETIRED } from '../../ledger/params.ts'
import type { Database, Sql } from '../database.ts'
import { KIND_NUMBERS } from '../kinds.ts'
import type { Fragment } from './rows.ts'

/** Which records; all conditions hold. */
export interface TransferFilter {
  /** Gives or receives. */
  account?: bigint
  from?: bigint
  to?: bigint
  assetId?: bigint
  kind?: ActionKind
  memo?: bigint
  heightFrom?: number
  heightTo?: number
}

/** The database's numbers of what a filter names; null for what it does not name, or for a holding that is not there. */
interface Named {
  account: number | null
  sender: number | null
  receiver: number | null
  asset: number | null
  /** Position of the asset's registration. */
  registered: number | null
  /** Holdings of the asset: of the account, of the sender, of the receiver. */
  held: number | null
  sent: number | null
  received: number | null
}

/**
 * Conditions for `transfer`, one a way to find records by an index: a record that fits the filter fits at least one of them, any other
 * none. Names become numbers first: with these the planner knows which of two parties has few records and which has half of all. None if
 * the filter names somebody or something unknown.
 */
export async function conditionsOf({ sql }: Database, given: TransferFilter): Promise<Fragment[]> {
  const filter = withKnownParties(given)
  if (filter === undefined) return []
  const named = await numbersOf(sql, filter)
  const { account, from, to, assetId } = filter
  const unknown =
    (account !== undefined && named.account === null) ||
    (from !== undefined && named.sender === null) ||
    (to !== undefined && named.receiver === null) ||
    (assetId !== undefined && named.asset === null)
  if (unknown) return []
  const all = sql`true ${parties(sql, named)} ${others(sql, filter)}`
  return ways(sql, named).map((way) => sql`${way} AND ${all}`)
}

/** Units are issued from the mint and retired to nobody: a kind names a party. Undefined if the filter contradicts itself. */
function withKnownParties(filter: TransferFilter): TransferFilter | undefined {
  const { kind, from, to } = filter
  const sender = kind === 'issue' ? MINT : kind === 'reinstate' ? RETIRED : from
  const receiver = kind === 'register' ? MINT : kind === 'retire' ? RETIRED : to
  if ((from ?? sender) !== sender || (to ?? receiver) !== receiver) return undefined
  return {
    ...filter,
    ...(sender === undefined ? {} : { from: sender }),
    ...(receiver === undefined ? {} : { to: receiver }),
  }
}

async function numbersOf(sql: Sql, { account, from, to, assetId }: TransferFilter): Promise<Named> {
  const key = (value: bigint | undefined) => (value === undefined ? null : fieldToBytes(value))
  const [named] = await sql<[Named]>`
    SELECT account.id AS account, sender.id AS sender, receiver.id AS receiver, asset.id AS asset, asset.position AS registered,
      held.id AS held, sent.id AS sent, received.id AS received
    FROM (VALUES (1)) AS one
    LEFT JOIN account ON account.account = ${key(account)}::bytea
    LEFT JOIN account sender ON sender.account = ${key(from)}::bytea
    LEFT JOIN account receiver ON receiver.account = ${key(to)}::bytea
    LEFT JOIN asset ON asset.asset_id = ${key(assetId)}::bytea
    LEFT JOIN holding held ON held.account = account.id AND held.asset = asset.id
    LEFT JOIN holding sent ON sent.account = sender.id AND sent.asset = asset.id
    LEFT JOIN holding received ON received.account = receiver.id AND received.asset = asset.id`
  return named
}

/** Index scans that together find every record of the filter's parties; one condition with OR would sort all of an account's records. */
function ways(sql: Sql, named: Named): Fragment[] {
  const { account, sender, receiver, asset, registered, held, sent, received } = named
  const party = account ?? sender ?? receiver
  if (asset === null || party === null) {
    return account === null ? [sql`true`] : [sql`from_account = ${account}`, sql`to_account = ${account}`]
  }
  // A registration is on the mint's holding on both sides, whoever it is from.
  const registration = sql`kind = 0 AND position = ${registered}`
  const moves = sql`kind <> 0
    ${sender === null ? sql`` : sql`AND from_holding = ${sent}`}
    ${receiver === null ? sql`` : sql`AND to_holding = ${received}`}`
  if (account === null) return [registration, moves]
  return [registration, sql`${moves} AND from_holding = ${held}`, sql`${moves} AND to_holding = ${held}`]
}

function parties(sql: Sql, { account, sender, receiver, asset }: Named): Fragment {
  return sql`
    ${account === null ? sql`` : sql`AND (from_account = ${account} OR to_account = ${account})`}
    ${sender === null ? sql`` : sql`AND from_account = ${sender}`}
    ${receiver === null ? sql`` : sql`AND to_account = ${receiver}`}
    ${asset === null ? sql`` : sql`AND asset = ${asset}`}`
}

function others(sql: Sql, { kind, memo, heightFrom, heightTo }: TransferFilter): Fragment {
  return sql`
    ${kind === undefined ? sql`` : sql`AND kind = ${KIND_NUMBERS[kind]}`}
    ${memo === undefined ? sql`` : memo === 0n ? sql`AND memo IS NULL` : sql`AND memo = ${fieldToBytes(memo)}`}
    ${heightFrom === undefined ? sql`` : sql`AND position >= ${firstPosition(sql, heightFrom)}`}
    ${heightTo === undefined ? sql`` : sql`AND position < ${firstPosition(sql, heightTo + 1)}`}`
}

/** Of a block; behind everything for one that is not there yet. */
const firstPosition = (sql: Sql, height: number) =>
  sql`coalesce((SELECT position FROM block WHERE height = ${height}), 9007199254740991)`
