import { fieldToBytes } from '../../crypto/field.ts'
import { MINT, RETIRED } from '../../ledger/params.ts'
import { bytes } from '../columns.ts'
import type { Sql } from '../database.ts'
import { accountsOf } from './names.ts'
import type { HoldingName } from './nested.ts'
import type { Fragment } from './rows.ts'

/** Records of an asset between the page's block and an order of its holders that is stored. A page corrects an order by at most so many. */
export const MAX_CORRECTED_RECORDS = 10_000

/** A place in the order of an asset's holders: largest balance first, then the holding that was opened last. */
export interface HolderPlace {
  balance: bigint
  holding: number
}

/** Before all others: no balance is as large. */
export const FIRST_PLACE: HolderPlace = { balance: 10n ** 39n - 1n, holding: 0 }

/** A holder with its counters before the position that is read as of. */
export interface Holder extends HoldingName {
  inTotal: bigint
  outTotal: bigint
}

/** The first `limit` holders after a place. */
export interface HolderPage {
  /** First position after the block as of which is read. */
  end: number
  /** Whether that block is the newest that the reader knows: it says which way to read is tried first. */
  isNewest: boolean
  limit: number
  after: HolderPlace | undefined
}

/** A row of a read of holders. An asset whose page is empty has one row without an account. */
export interface HolderColumns {
  /** Place of the asset in the list, from 1 on. */
  number: number
  /** Of the holding. */
  index: number
  account: number | null
  inTotal: bigint
  outTotal: bigint
}

/** FROM the assets: each is `parent`, and `key.number` is its place in the list, from 1 on. */
export const fromAssets = (sql: Sql, assets: readonly bigint[]): Fragment => sql`
  FROM unnest(${bytes(assets.map(fieldToBytes))}::bytea[]) WITH ORDINALITY AS key(id, number)
  JOIN asset AS parent ON parent.asset_id = key.id`

/** The place that a page begins after, as SQL compares it with `(balance, holding)`. */
export function placeAfter(sql: Sql, { after }: HolderPage): Fragment {
  const { balance, holding } = after ?? FIRST_PLACE
  return sql`(${balance.toString()}::numeric, ${holding}::integer)`
}

/** A condition: the account of `holding` is one that can hold units, which the mint and RETIRED cannot. */
export const isHolder = (sql: Sql): Fragment => sql`
  holding.account NOT IN (SELECT id FROM account WHERE account = ANY (${bytes([MINT, RETIRED].map(fieldToBytes))}::bytea[]))`

/** The pages of rows, in the order of the assets; undefined for an asset that has no row. */
export async function holderPages(
  sql: Sql,
  assets: readonly bigint[],
  rows: readonly HolderColumns[],
): Promise<(Holder[] | undefined)[]> {
  const accountOf = await accountsOf(
    sql,
    rows.flatMap(({ account }) => account ?? []),
  )
  const pages: (Holder[] | undefined)[] = assets.map(() => undefined)
  for (const { number, index, account, inTotal, outTotal } of rows) {
    const assetId = assets[number - 1]!
    const page = pages[number - 1] ?? []
    pages[number - 1] = page
    if (account !== null) page.push({ index, account: accountOf(account), assetId, inTotal, outTotal })
  }
  return pages
}
