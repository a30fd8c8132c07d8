import type { Client } from '../../client/types.ts'
import { encodeAddress } from '../../crypto/address.ts'
import { fieldFromHex, fieldToHex } from '../../crypto/field.ts'
import type { Poseidon } from '../../crypto/poseidon.ts'
import { MINT, RETIRED } from '../../ledger/params.ts'
import { RejectionError } from '../../ledger/rejection.ts'
import { type AssetOnChain, recordsOnChain, type WantedAsset } from './chain-assets.ts'
import { deedOf, type Journal, type Signed } from './journal.ts'
import { MINT_SIDE, type Move, RETIRED_SIDE, type Side } from './moves.ts'
import type { Parties } from './parties.ts'
import type { Planner } from './plan.ts'
import { RowKeys } from './row-keys.ts'
import { memoFor, registrationOf } from './row-signer.ts'
import { type BadRow, isBadRow, type Row } from './rows.ts'

/** Records that are in memory at a time, unless a single asset has more. */
const MAX_RECORDS = 100_000
/** Passes over the file: each finds what one more run has applied in the order of the file. */
const MAX_PASSES = 16

/** An action on the chain. `content` says all that it does. */
interface OnChain {
  content: string
  hash: string
  era: number
}

/** An asset with its moves in order, as many as its rows can have made, and the rows that made them as far as they are known. */
interface Found extends AssetOnChain {
  registration: OnChain | undefined
  moves: OnChain[]
  /** Of the moves, so many are those of rows. */
  matched: number
  /** What was signed for rows, by their keys. */
  rows: Map<string, Signed[]>
}

export interface FindOptions {
  poseidon: Poseidon
  client: Client
  planner: Planner
  parties: Parties
  journal: Journal
  /** Default MAX_RECORDS. */
  maxRecords?: number
}

/**
 * Finds rows on the chain of assets that the journal does not know, because it was lost. Rows are compared with the asset's moves in order: a row has
 * made those that come next if it would make the same, from the same units on, with the same memo. A row that would make others was not applied yet,
 * or by a later run than those behind it. So each move belongs to one row, and no row that has a move is sent again. The journal has all of an asset
 * then, or nothing.
 * @returns assets that have moves which no row explains: nothing may be sent for their other rows
 * @throws ClientError
 */
export async function findOnChain(
  options: FindOptions,
  assets: readonly AssetOnChain[],
  rows: () => AsyncIterable<Row | BadRow>,
): Promise<Set<string>> {
  const { journal, planner, maxRecords = MAX_RECORDS } = options
  const unexplained = new Set<string>()
  const wanted = assets.map((asset): WantedAsset => ({ ...asset, wanted: wantedOf(planner, asset) }))
  for (const page of pagesOf(wanted, maxRecords)) {
    const found = await readMoves(options.client, page)
    await matchAll(options, found, rows)
    const explained = new Set<string>()
    for (const asset of found.values()) {
      note(journal, asset)
      ;(isExplained(asset) ? explained : unexplained).add(asset.code)
    }
    await journal.replace(explained)
  }
  return unexplained
}

/** As many of its records as the asset's rows can have made: a registration, and at most two moves each. */
function wantedOf(planner: Planner, { code, records }: AssetOnChain): number {
  return Math.min(records, 1 + 2 * planner.rowsOf(code))
}

function* pagesOf(assets: readonly WantedAsset[], maxRecords: number): Generator<WantedAsset[]> {
  let page: WantedAsset[] = []
  let sum = 0
  for (const asset of assets) {
    if (page.length > 0 && sum + asset.wanted > maxRecords) {
      yield page
      page = []
      sum = 0
    }
    page.push(asset)
    sum += asset.wanted
  }
  if (page.length > 0) yield page
}

async function readMoves(client: Client, page: readonly WantedAsset[]): Promise<Map<string, Found>> {
  const found = new Map<string, Found>()
  for (const asset of page)
    found.set(asset.code, { ...asset, registration: undefined, moves: [], matched: 0, rows: new Map() })
  for await (const { code, isRegistration, ...action } of recordsOnChain(client, page)) {
    const asset = found.get(code)!
    if (isRegistration) asset.registration = action
    else asset.moves.push(action)
  }
  return found
}

const isExplained = ({ matched, moves, registration, records }: Found) =>
  registration !== undefined && matched === moves.length && 1 + moves.length >= records

/** Finds the rows that made the assets' moves; takes out assets that have other definitions than the rows give them. */
async function matchAll(
  options: FindOptions,
  found: Map<string, Found>,
  rows: () => AsyncIterable<Row | BadRow>,
): Promise<void> {
  const { planner } = options
  for (let pass = 1, isNew = true; pass <= MAX_PASSES && isNew; pass++) {
    isNew = false
    const keys = new RowKeys((name) => planner.isNobody(name))
    for await (const row of rows()) {
      if (isBadRow(row)) continue
      const code = planner.codeOf(row)
      const asset = found.get(code)
      if (asset === undefined) continue
      const key = keys.next(row, code)
      if (asset.rows.has(key)) continue
      if (!isSame(options, row, asset)) found.delete(code)
      else if (match(options, row, key, asset)) isNew = true
    }
    if ([...found.values()].every(isExplained)) return
  }
}

/** Whether the asset has the definition that the row would give it; the cap is that of the file when it was registered. */
function isSame(
  { poseidon, planner, parties }: FindOptions,
  row: Row,
  { code, assetId, cap }: Found,
): boolean {
  if (planner.isRegistered(code)) return true
  const id = fieldFromHex(assetId)
  try {
    const asset = planner.definitionOf(row, BigInt(cap))
    if (registrationOf(poseidon, parties.issuer, asset).id !== id) return false
  } catch (error) {
    if (error instanceof RejectionError) return false
    throw error
  }
  planner.registered(code, { id, cap: BigInt(cap) })
  return true
}

/** Counts the asset's next moves as those of the row. @returns false if they are not */
function match({ planner, parties }: FindOptions, row: Row, key: string, asset: Found): boolean {
  const plan = planner.plan(row)
  if ('rejected' in plan) return false
  const last = plan.moves.length - 1
  const isMade = plan.moves.every(
    (move, i) => asset.moves[asset.matched + i]?.content === contentOf(parties, row, move, i === last),
  )
  if (!isMade) return false
  const signed = plan.moves.map((move, i): Signed => {
    const { hash, era } = asset.moves[asset.matched + i]!
    planner.apply(asset.code, move)
    return { key, code: asset.code, deed: deedOf(move), own: i === last, era, hash }
  })
  asset.matched += signed.length
  asset.rows.set(key, signed)
  return true
}

/** Notes what rows of an asset made: in the journal, or, if that is not all of it, for this run alone. */
function note(journal: Journal, asset: Found): void {
  const { code, assetId, cap, rows, registration } = asset
  if (!isExplained(asset)) {
    for (const [key, signed] of rows) journal.final.set(key, signed.at(-1)!.hash)
    return
  }
  for (const [key, signed] of rows) {
    for (const one of signed) journal.sign(one)
    journal.end(key, signed.at(-1)!.hash)
  }
  const { hash, era } = registration!
  const key = `asset ${code}`
  journal.sign({ key, code, deed: { id: assetId, cap }, own: true, era, hash })
  journal.end(key, hash)
}

/** What a row's move does, as `OnChain` says it. */
function contentOf(parties: Parties, row: Row, { from, to, fromStart, amount }: Move, own: boolean): string {
  const addressOf = (side: Side) => {
    if (side === MINT_SIDE) return encodeAddress(MINT)
    return side === RETIRED_SIDE ? encodeAddress(RETIRED) : parties.of(side).address
  }
  const memo = fieldToHex(memoFor(row, own ? row.time : undefined))
  return [addressOf(from), addressOf(to), fromStart, amount, memo].join(' ')
}
