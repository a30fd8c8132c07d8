import { fieldToBytes } from '../../crypto/field.ts'
import type { ActionKind } from '../../ledger/action.ts'
import { MINT, RETIRED } from '../../ledger/params.ts'
import type { Database, Sql } from '../database.ts'
import { KIND_NUMBERS } from '../kind-numbers.ts'
import { type Key, type Seek, seek, seekLast } from '../seek.ts'
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

/** Behind every position. */
const NO_POSITION = Number.MAX_SAFE_INTEGER
/** Records of a memo are counted up to this many. */
const COUNTED_MEMOS = 1_000

/** The database's numbers of what a filter names, null for what it does not name or what is not there, and how many records they have. */
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
  /** Records of the account, the sender, the receiver, the asset and the memo. */
  ofAccount: number
  ofSender: number
  ofReceiver: number
  ofAsset: number
  ofMemo: number
  /** Of the first block's first record, and of the first record behind the last block. */
  first: number
  end: number
}

/** A way to find all records of a filter by indexes, with some that do not fit. */
interface Way {
  /** Records to look at, at most. */
  cost: number
  keys: { key: Key; id: number | Uint8Array | null }[]
  /** Conditions that all records found fulfil. */
  fulfils: (keyof TransferFilter)[]
}

/** What a filter names, looked up. */
export interface Search {
  filter: TransferFilter
  named: Named
}

/** Looks up what a filter names; records from position `before` on are none of its. Undefined if nothing can fit. */
export async function searchFor(
  { sql }: Database,
  given: TransferFilter,
  before: number,
): Promise<Search | undefined> {
  const filter = withKnownParties(given)
  const named = filter && (await numbersOf(sql, filter, before))
  return named && { filter: filter!, named }
}

/**
 * The positions of the first or last records that fit, as a query. Which index leads to them is chosen here, by how many records each party,
 * asset and memo has: the planner could only guess.
 */
export function foundPositions(sql: Sql, { filter, named }: Search, page: Omit<Seek, 'rest'>): Fragment {
  const range = {
    ...page,
    after: Math.max(page.after ?? -1, named.first - 1),
    before: Math.min(page.before, named.end),
  }
  const [way] = waysOf(filter, named).sort((a, b) => a.cost - b.cost)
  if (way === undefined) return unkeyed(sql, range, conditions(sql, filter, named, []))
  const byHolding = way.keys.some(({ key }) => key.endsWith('holding'))
  const rest = sql`${conditions(sql, filter, named, way.fulfils)}
    ${byHolding ? sql`AND position <> ${named.registered}` : sql``}`
  const found = way.keys.flatMap(({ key, id }) =>
    id === null ? [] : [sql`(SELECT position FROM transfer ${seek(sql, key, id, { ...range, rest })})`],
  )
  // A registration is on the mint's holding on both sides, whoever it is from.
  if (byHolding) found.push(registration(sql, range, named.registered!, conditions(sql, filter, named, [])))
  const all = found.reduce((some, more) => sql`${some} UNION ALL ${more}`)
  const order = page.backward ? sql`DESC` : sql`ASC`
  return sql`SELECT position FROM (${all}) AS found ORDER BY position ${order} LIMIT ${page.limit}`
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

/** Undefined if the filter names somebody or something unknown. */
async function numbersOf(sql: Sql, filter: TransferFilter, before: number): Promise<Named | undefined> {
  const { account, from, to, assetId, memo, heightFrom, heightTo } = filter
  const key = (value: bigint | undefined) => (value === undefined ? null : fieldToBytes(value))
  const ordinal = (column: Key, seq: string, table: string) =>
    sql`coalesce((SELECT ${sql(seq)} FROM transfer ${seekLast(sql, column, sql`${sql(table)}.id`, before)}), 0)`
  const start = (height: number | undefined, otherwise: number) =>
    height === undefined
      ? sql`${otherwise}::bigint`
      : sql`coalesce((SELECT position FROM block WHERE height = ${height}), ${NO_POSITION}::bigint)`
  const memos = { before, backward: false, limit: COUNTED_MEMOS }
  const [named] = await sql<[Named]>`
    SELECT account.id AS account, sender.id AS sender, receiver.id AS receiver, asset.id AS asset, asset.position AS registered,
      held.id AS held, sent.id AS sent, received.id AS received,
      ${ordinal('from_account', 'from_seq', 'account')} + ${ordinal('to_account', 'to_seq', 'account')} AS "ofAccount",
      ${ordinal('from_account', 'from_seq', 'sender')} AS "ofSender", ${ordinal('to_account', 'to_seq', 'receiver')} AS "ofReceiver",
      ${ordinal('asset', 'asset_seq', 'asset')} AS "ofAsset",
      ${memo ? sql`(SELECT count(*) FROM (SELECT FROM transfer ${seek(sql, 'memo', fieldToBytes(memo), memos)}) AS m)` : sql`0::bigint`} AS "ofMemo",
      ${start(heightFrom, 0)} AS first, ${start(heightTo === undefined ? undefined : heightTo + 1, NO_POSITION)} AS "end"
    FROM (VALUES (1)) AS one
    LEFT JOIN account ON account.account = ${key(account)}::bytea
    LEFT JOIN account sender ON sender.account = ${key(from)}::bytea
    LEFT JOIN account receiver ON receiver.account = ${key(to)}::bytea
    LEFT JOIN asset ON asset.asset_id = ${key(assetId)}::bytea
    LEFT JOIN holding held ON held.account = account.id AND held.asset = asset.id
    LEFT JOIN holding sent ON sent.account = sender.id AND sent.asset = asset.id
    LEFT JOIN holding received ON received.account = receiver.id AND received.asset = asset.id`
  const unknown =
    (account !== undefined && named.account === null) ||
    (from !== undefined && named.sender === null) ||
    (to !== undefined && named.receiver === null) ||
    (assetId !== undefined && named.asset === null)
  return unknown ? undefined : named
}

/** The narrower of two ways of the same cost comes first. */
function waysOf({ memo }: TransferFilter, named: Named): Way[] {
  const { account, sender, receiver, asset, held, sent, received } = named
  const { ofAccount, ofSender, ofReceiver, ofAsset, ofMemo } = named
  const ways: Way[] = []
  const way = (cost: number, fulfils: Way['fulfils'], ...keys: [Key, Way['keys'][number]['id']][]) =>
    ways.push({ cost, fulfils, keys: keys.map(([key, id]) => ({ key, id })) })
  if (asset !== null) {
    if (account !== null) {
      const cost = Math.min(ofAccount, ofAsset)
      way(cost, ['account', 'assetId'], ['from_holding', held], ['to_holding', held])
    }
    if (sender !== null) way(Math.min(ofSender, ofAsset), ['from', 'assetId'], ['from_holding', sent])
    if (receiver !== null) way(Math.min(ofReceiver, ofAsset), ['to', 'assetId'], ['to_holding', received])
  }
  if (account !== null) way(ofAccount, ['account'], ['from_account', account], ['to_account', account])
  if (sender !== null) way(ofSender, ['from'], ['from_account', sender])
  if (receiver !== null) way(ofReceiver, ['to'], ['to_account', receiver])
  if (asset !== null) way(ofAsset, ['assetId'], ['asset', asset])
  if (memo) way(ofMemo, ['memo'], ['memo', fieldToBytes(memo)])
  return ways
}

function unkeyed(sql: Sql, { after = -1, before, backward, limit }: Seek, rest: Fragment): Fragment {
  return sql`
    SELECT position FROM transfer WHERE position > ${after} AND position < ${before} ${rest}
    ORDER BY position ${backward ? sql`DESC` : sql`ASC`} LIMIT ${limit}`
}

function registration(sql: Sql, { after = -1, before }: Seek, registered: number, rest: Fragment): Fragment {
  return sql`
    SELECT position FROM transfer
    WHERE position = ${registered} AND position > ${after} AND position < ${before} ${rest}`
}

/** What the way does not see to, written so that no index tempts the planner away from it. */
function conditions(
  sql: Sql,
  { kind, memo }: TransferFilter,
  named: Named,
  fulfilled: Way['fulfils'],
): Fragment {
  const { account, sender, receiver, asset } = named
  const needed = (name: keyof TransferFilter, value: unknown) => value != null && !fulfilled.includes(name)
  return sql`
    ${needed('account', account) ? sql`AND ${account} IN (from_account, to_account)` : sql``}
    ${needed('from', sender) ? sql`AND from_account + 0 = ${sender}` : sql``}
    ${needed('to', receiver) ? sql`AND to_account + 0 = ${receiver}` : sql``}
    ${needed('assetId', asset) ? sql`AND asset + 0 = ${asset}` : sql``}
    ${kind === undefined ? sql`` : sql`AND kind + 0 = ${KIND_NUMBERS[kind]}`}
    ${memo === 0n ? sql`AND memo IS NULL` : needed('memo', memo) ? sql`AND memo || '' = ${fieldToBytes(memo!)}` : sql``}`
}
