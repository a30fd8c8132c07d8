import { fieldFromHex, fieldToBytes } from '../../crypto/field.ts'
import { h31 } from '../../crypto/h31.ts'
import type { Asset, AssetDefinition } from '../../ledger/asset.ts'
import { bytes, numbers, texts, toField } from '../columns.ts'
import type { Database } from '../database.ts'
import type { Fragment } from './rows.ts'

/** A registered asset with its ordinal in the order of registration, and the position of its register record. */
export interface AssetRow extends Asset {
  ordinal: number
  position: number
}

/** Selects assets that fulfill all given conditions. */
export interface AssetFilter {
  issuer?: bigint
  codes?: readonly string[]
  codePrefix?: string
  unique?: boolean
}

/** A page of the list of assets: the first or last `limit` of those with ordinals in (after, before). */
export interface AssetPage {
  limit: number
  /** Takes the last ones; the last comes first. */
  backward: boolean
  /** Exclusive. */
  after: number
  /** Exclusive: the number of assets as of the block. */
  before: number
}

/** The assets with these ids, in no order. Unknown ids are left out. */
export async function readAssets({ sql }: Database, ids: readonly bigint[]): Promise<AssetRow[]> {
  return selectAssets(sql, sql`asset_id = ANY (${bytes(ids.map(fieldToBytes))}::bytea[])`)
}

/** The assets with these codes, in no order. Unknown codes are left out. */
export async function readAssetsByCode({ sql }: Database, codes: readonly string[]): Promise<AssetRow[]> {
  return selectAssets(sql, sql`code = ANY (${texts(codes)}::text[])`)
}

/** The assets with these ordinals, in no order. */
export async function readAssetsByOrdinal(
  { sql }: Database,
  ordinals: readonly number[],
): Promise<AssetRow[]> {
  return selectAssets(sql, sql`id = ANY (${numbers(ordinals)}::integer[])`)
}

/** The assets with these mint holdings, in no order. */
export async function readAssetsByMint({ sql }: Database, holdings: readonly number[]): Promise<AssetRow[]> {
  const minted = sql`SELECT asset FROM holding WHERE id = ANY (${numbers(holdings)}::integer[])`
  return selectAssets(sql, sql`id IN (${minted}) AND mint_holding = ANY (${numbers(holdings)}::integer[])`)
}

/** The assets made from the retirements at these positions, in no order. */
export async function readMadeAssets({ sql }: Database, positions: readonly number[]): Promise<AssetRow[]> {
  const made = sql`SELECT asset FROM made_from WHERE position = ANY (${numbers(positions)}::bigint[])`
  return selectAssets(sql, sql`id IN (${made})`)
}

/** The assets made from the retirements at these positions, each with its retirement's position. Retirements without one are left out. */
export async function readUsers(
  { sql }: Database,
  positions: readonly number[],
): Promise<{ position: number; asset: AssetRow }[]> {
  const links = await sql<{ position: number; ordinal: number }[]>`
    SELECT position, asset AS ordinal FROM made_from WHERE position = ANY (${numbers(positions)}::bigint[])`
  if (links.length === 0) return []
  const assets = await selectAssets(
    sql,
    sql`id = ANY (${numbers(links.map((link) => link.ordinal))}::integer[])`,
  )
  const byOrdinal = new Map(assets.map((asset) => [asset.ordinal, asset]))
  return links.map(({ position, ordinal }) => ({ position, asset: byOrdinal.get(ordinal)! }))
}

/** A page of the assets that match a filter, in order of registration, or the other way round if backward. */
export async function assetPage(
  { sql }: Database,
  { issuer, codes, codePrefix, unique }: AssetFilter,
  { limit, backward, after, before }: AssetPage,
): Promise<AssetRow[]> {
  return selectAssets(
    sql,
    sql`id > ${after} AND id < ${before}
      ${issuer === undefined ? sql`` : sql`AND issuer = (SELECT id FROM account WHERE account = ${fieldToBytes(issuer)})`}
      ${codes === undefined ? sql`` : sql`AND code = ANY (${texts(codes)}::text[])`}
      ${codePrefix === undefined ? sql`` : sql`AND starts_with(code, ${codePrefix})`}
      ${unique === undefined ? sql`` : unique ? sql`AND cap = 1` : sql`AND cap > 1`}
      ORDER BY id ${backward ? sql`DESC` : sql`ASC`} LIMIT ${limit}`,
  )
}

interface AssetColumns {
  ordinal: number
  position: number
  assetId: Uint8Array
  definition: string
  mintHolding: number
}

async function selectAssets(sql: Database['sql'], rest: Fragment): Promise<AssetRow[]> {
  const rows = await sql<AssetColumns[]>`
    SELECT id AS ordinal, position, asset_id AS "assetId", definition, mint_holding AS "mintHolding"
    FROM asset WHERE ${rest}`
  return rows.map(toAsset)
}

/** The definition needs no check: it was parsed and brought to its canonical form before it was stored. */
function toAsset({ ordinal, position, assetId, definition: text, mintHolding }: AssetColumns): AssetRow {
  const definition = JSON.parse(text) as AssetDefinition
  return {
    id: toField(assetId),
    code: definition.code,
    issuer: fieldFromHex(definition.issuer),
    cap: BigInt(definition.cap),
    decimals: Number(definition.decimals),
    reinstatable: definition.reinstatable,
    definition,
    definitionHash: h31(text),
    madeFrom: definition.madeFrom.map(fieldFromHex),
    mintHolding,
    ordinal,
    position,
  }
}
