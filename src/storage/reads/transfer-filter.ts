import { fieldToBytes } from '../../crypto/field.ts'
import type { ActionKind } from '../../ledger/action.ts'
import { MINT, RETIRED } from '../../ledger/params.ts'
import { numbers } from '../columns.ts'
import type { Database, Sql } from '../database.ts'
import { KIND_NUMBERS } from '../kind-numbers.ts'
import { type Key, type Seek, seek, seekLast } from '../seek.ts'
import { type Listed, listedAccounts, listedAssets, listedKinds } from './listed.ts'
import type { Fragment } from './rows.ts'

/** Selects records that fulfill all given conditions. */
export interface TransferFilter {
  /** Sender or receiver. */
  account?: bigint
  /** The sender or the receiver is one of these. */
  accounts?: readonly bigint[]
  from?: bigint
  to?: bigint
  assetId?: bigint
  /** The asset is one of these. */
  assetIds?: readonly bigint[]
  kind?: ActionKind
  kinds?: readonly ActionKind[]
  memo?: bigint
  heightFrom?: number
  heightTo?: number
  /** Lowest and highest era of the block. */
  eraFrom?: number
  eraTo?: number
}

/** Greater than every position. */
const NO_POSITION = Number.MAX_SAFE_INTEGER
/** Limit up to which the records with a memo are counted. */
const COUNTED_MEMOS = 1_000

/** The database's numbers for the values of a filter (null if absent or unknown), and the number of records of each. */
interface Named {
  account: number | null
  sender: number | null
  receiver: number | null
  asset: number | null
  /** Position of the asset's registration. */
  registered: number | null
  /** The asset's holdings of the account, of the sender and of the receiver. */
  held: number | null
  sent: number | null
  received: number | null
  /** Number of records of the account, the sender, the receiver, the asset and the memo. */
  ofAccount: number
  ofSender: number
  ofReceiver: number
  ofAsset: number
  ofMemo: number
  /** Position of the first block's first record, and the first position after the last block. */
  first: number
  end: number
  /** The values of the lists; null if there is no list, or kinds that have no party in common. */
  accounts: Listed[] | null
  assets: Listed[] | null
  kinds: Listed[] | null
}

/** What a filter without conditions names. */
const NOTHING_NAMED: Named = {
  account: null,
  sender: null,
  receiver: null,
  asset: null,
  registered: null,
  held: null,
  sent: null,
  received: null,
  ofAccount: 0,
  ofSender: 0,
  ofReceiver: 0,
  ofAsset: 0,
  ofMemo: 0,
  first: 0,
  end: NO_POSITION,
  accounts: null,
  assets: null,
  kinds: null,
}

/** A way to find all records of a filter with indexes. It may find others too, which are filtered out. */
interface Way {
  /** Maximum number of records to read. */
  cost: number
  keys: { key: Key; id: number | Uint8Array | null }[]
  /** Conditions of the filter that all found records fulfill. */
  fulfils: (keyof TransferFilter)[]
}

/** The range and order of the records of a page. */
type Range = Pick<Seek, 'backward' | 'limit'> & { after?: number | undefined; before: number }

/** A filter with the numbers of its values. */
export interface Search {
  filter: TransferFilter
  named: Named
}

/** Looks up the values of a filter. @param before exclusive bound on positions @returns undefined if no record can match */
export async function searchFor(
  { sql }: Database,
  given: TransferFilter,
  before: number,
): Promise<Search | undefined> {
  if (Object.keys(given).length === 0) return { filter: given, named: NOTHING_NAMED }
  const filter = withKnownParties(given)
  const named = filter && (await numbersOf(sql, filter, before))
  return named && { filter: filter!, named: { ...named, ...(await listsOf(sql, filter!, before)) } }
}

/** Looks up the values of a filter's lists. */
async function listsOf(
  sql: Sql,
  { accounts, assetIds, kinds }: TransferFilter,
  before: number,
): Promise<Pick<Named, 'accounts' | 'assets' | 'kinds'>> {
  const [ofAccounts, ofAssets, ofKinds] = await Promise.all([
    accounts && listedAccounts(sql, accounts, before),
    assetIds && listedAssets(sql, assetIds, before),
    kinds && listedKinds(sql, kinds, before),
  ])
  return { accounts: ofAccounts ?? null, assets: ofAssets ?? null, kinds: ofKinds ?? null }
}

/**
 * A query for the positions of the first or last records that match. The index is chosen here, by the number of records of each party, asset and
 * memo, because the planner can only estimate these numbers.
 */
export function foundPositions(sql: Sql, { filter, named }: Search, page: Range): Fragment {
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
  // A registration has the mint holding on both sides, whatever account it is from, so it must be added.
  if (byHolding) found.push(registration(sql, range, named.registered!, conditions(sql, filter, named, [])))
  if (found.length === 0) return sql`SELECT position FROM transfer WHERE false`
  // A record is found twice if its sender and its receiver are both in a list.
  const all = found.reduce((some, more) => sql`${some} UNION ${more}`)
  const order = page.backward ? sql`DESC` : sql`ASC`
  return sql`SELECT position FROM (${all}) AS found ORDER BY position ${order} LIMIT ${page.limit}`
}

/** Adds the party that a kind implies: issues are from the mint, retirements go to RETIRED. Undefined if that contradicts the filter. */
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

/** Looks up the numbers of a filter's values; undefined if one is unknown. */
async function numbersOf(
  sql: Sql,
  filter: TransferFilter,
  before: number,
): Promise<Omit<Named, 'accounts' | 'assets' | 'kinds'> | undefined> {
  const { account, from, to, assetId, memo } = filter
  const key = (value: bigint | undefined) => (value === undefined ? null : fieldToBytes(value))
  const ordinal = (column: Key, seq: string, table: string) =>
    sql`coalesce((SELECT ${sql(seq)} FROM transfer ${seekLast(sql, column, sql`${sql(table)}.id`, before)}), 0)`
  const memos = { before, backward: false, limit: COUNTED_MEMOS }
  const [named] = await sql<[Omit<Named, 'accounts' | 'assets' | 'kinds'>]>`
    SELECT account.id AS account, sender.id AS sender, receiver.id AS receiver, asset.id AS asset, asset.position AS registered,
      held.id AS held, sent.id AS sent, received.id AS received,
      ${ordinal('from_account', 'from_seq', 'account')} + ${ordinal('to_account', 'to_seq', 'account')} AS "ofAccount",
      ${ordinal('from_account', 'from_seq', 'sender')} AS "ofSender", ${ordinal('to_account', 'to_seq', 'receiver')} AS "ofReceiver",
      ${ordinal('asset', 'asset_seq', 'asset')} AS "ofAsset",
      ${memo ? sql`(SELECT count(*) FROM (SELECT FROM transfer ${seek(sql, 'memo', fieldToBytes(memo), memos)}) AS m)` : sql`0::bigint`} AS "ofMemo",
      ${firstPosition(sql, filter)} AS first, ${endPosition(sql, filter)} AS "end"
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

/** Position of the first record of the lowest block that a filter allows. */
function firstPosition(sql: Sql, { heightFrom, eraFrom }: TransferFilter): Fragment {
  const byHeight =
    heightFrom === undefined ? sql`0` : blockFrom(sql, sql`height >= ${heightFrom} ORDER BY height`)
  const byEra = eraFrom === undefined ? sql`0` : blockFrom(sql, sql`era >= ${eraFrom} ORDER BY era`)
  return sql`greatest(${byHeight}, ${byEra})::bigint`
}

/** Position after the last record of the highest block that a filter allows. */
function endPosition(sql: Sql, { heightTo, eraTo }: TransferFilter): Fragment {
  const none = sql`${NO_POSITION}::bigint`
  const byHeight = heightTo === undefined ? none : blockFrom(sql, sql`height > ${heightTo} ORDER BY height`)
  const byEra = eraTo === undefined ? none : blockFrom(sql, sql`era > ${eraTo} ORDER BY era`)
  return sql`least(${byHeight}, ${byEra})`
}

const blockFrom = (sql: Sql, condition: Fragment) =>
  sql`coalesce((SELECT position FROM block WHERE ${condition} LIMIT 1), ${NO_POSITION}::bigint)`

/** All ways to find the records. Of two with the same cost, the narrower one comes first. */
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
  const lists = { accounts: named.accounts, assetIds: named.assets, kinds: named.kinds }
  for (const [name, listed] of Object.entries(lists)) {
    if (listed === null) continue
    const cost = listed.reduce((sum, { records }) => sum + records, 0)
    const fulfils = name === 'kinds' ? [] : [name as keyof typeof lists]
    way(cost, fulfils, ...listed.map(({ key, id }): [Key, number] => [key, id]))
  }
  return ways
}

function unkeyed(sql: Sql, { after = -1, before, backward, limit }: Range, rest: Fragment): Fragment {
  return sql`
    SELECT position FROM transfer WHERE position > ${after} AND position < ${before} ${rest}
    ORDER BY position ${backward ? sql`DESC` : sql`ASC`} LIMIT ${limit}`
}

function registration(sql: Sql, { after = -1, before }: Range, registered: number, rest: Fragment): Fragment {
  return sql`
    SELECT position FROM transfer
    WHERE position = ${registered} AND position > ${after} AND position < ${before} ${rest}`
}

/** The conditions that a way does not cover, written so that the planner does not use another index for them. */
function conditions(
  sql: Sql,
  { kind, kinds, memo }: TransferFilter,
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
    ${needed('accounts', named.accounts) ? sql`AND (from_account + 0 = ANY (${idsOf(named.accounts)}::integer[]) OR to_account + 0 = ANY (${idsOf(named.accounts)}::integer[]))` : sql``}
    ${needed('assetIds', named.assets) ? sql`AND asset + 0 = ANY (${idsOf(named.assets)}::integer[])` : sql``}
    ${kinds === undefined ? sql`` : sql`AND kind + 0 = ANY (${numbers(kinds.map((one) => KIND_NUMBERS[one]))}::integer[])`}
    ${kind === undefined ? sql`` : sql`AND kind + 0 = ${KIND_NUMBERS[kind]}`}
    ${memo === 0n ? sql`AND memo IS NULL` : needed('memo', memo) ? sql`AND memo || '' = ${fieldToBytes(memo!)}` : sql``}`
}

const idsOf = (listed: readonly Listed[] | null) => numbers([...new Set(listed?.map(({ id }) => id))])
