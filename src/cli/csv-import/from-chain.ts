import type { Client } from '../../client/types.ts'
import { encodeAddress } from '../../crypto/address.ts'
import { fieldFromHex, fieldToHex } from '../../crypto/field.ts'
import type { Poseidon } from '../../crypto/poseidon.ts'
import { MINT, RETIRED } from '../../ledger/params.ts'
import { RejectionError } from '../../ledger/rejection.ts'
import { type AssetOnChain, type MoveOnChain, recordsOnChain, type WantedAsset } from './chain-assets.ts'
import type { Journal, Signed } from './journal.ts'
import { MINT_SIDE, type Move, RETIRED_SIDE, type Side } from './moves.ts'
import type { Parties } from './parties.ts'
import type { Planner } from './plan.ts'
import type { RowKeys } from './row-keys.ts'
import { memoFor, registrationOf } from './row-signer.ts'
import { type BadRow, isBadRow, type Row } from './rows.ts'

/** Records that are in memory at a time, unless a single asset has more. */
const MAX_RECORDS = 25_000
/** Passes over the file: each finds what one more run has applied in the order of the file. */
const MAX_PASSES = 16

/** A move on the chain; and, once that is known, the key of the row that made it, between whom, and whether it is the row's last. */
interface FoundMove extends MoveOnChain {
  hash: string
  era: number
  key: string
  sides: readonly [from: Side, to: Side] | undefined
  own: boolean
}

/** An asset with its moves in order, as many as its rows can have made. */
interface Found extends AssetOnChain {
  registration: { hash: string; era: number } | undefined
  moves: FoundMove[]
  /** Of the moves, so many, from the first one on, are those of rows that are known. */
  matched: number
}

export interface FindOptions {
  poseidon: Poseidon
  client: Client
  planner: Planner
  parties: Parties
  journal: Journal
  keys: RowKeys
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
    const explained: Found[] = []
    for (const asset of found.values())
      if (isExplained(asset)) explained.push(asset)
      else unexplained.add(asset.code)
    await journal.replace(new Set(explained.map(({ code }) => code)), signedFor(explained))
  }
  return unexplained
}

/** As many of its records as the asset's rows can have made: a registration, and at most two moves each. */
function wantedOf(planner: Planner, { code, records }: AssetOnChain): number {
  return Math.min(records, 1 + 2 * planner.assets.rowsOf(code))
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
    found.set(asset.code, { ...asset, registration: undefined, moves: [], matched: 0 })
  const same = sameTexts()
  for await (const { code, hash, era, move } of recordsOnChain(client, page)) {
    const asset = found.get(code)!
    if (move === undefined) {
      asset.registration = { hash, era }
      continue
    }
    const { fromStart, amount } = move
    const [from, to, memo] = [same(move.from), same(move.to), same(move.memo)]
    asset.moves.push({ from, to, fromStart, amount, memo, hash, era, key: '', sides: undefined, own: false })
  }
  return found
}

/** Gives of equal texts the first, so that it is in memory once. */
function sameTexts(): (text: string) => string {
  const known = new Map<string, string>()
  return (text) => {
    const first = known.get(text)
    if (first === undefined) known.set(text, text)
    return first ?? text
  }
}

const isExplained = ({ matched, moves, registration, records }: Found) =>
  registration !== undefined && matched === moves.length && 1 + moves.length >= records

/** Finds the rows that made the assets' moves; takes out assets that have other definitions than the rows give them. */
async function matchAll(
  options: FindOptions,
  found: Map<string, Found>,
  rows: () => AsyncIterable<Row | BadRow>,
): Promise<void> {
  const { planner, journal, keys } = options
  for (let pass = 1, isNew = true; pass <= MAX_PASSES && isNew; pass++) {
    isNew = false
    for await (const row of rows()) {
      if (isBadRow(row)) continue
      const code = planner.codeOf(row)
      const asset = found.get(code)
      if (asset === undefined && !keys.isFirstPass) continue
      const key = keys.next(row, code)
      if (asset === undefined || journal.final.has(key)) continue
      if (!isSame(options, row, asset)) found.delete(code)
      else if (match(options, row, key, asset)) isNew = true
    }
    keys.endPass()
    if ([...found.values()].every(isExplained)) return
  }
}

/** Whether the asset has the definition that the row would give it; the cap is that of the file when it was registered. */
function isSame(
  { poseidon, planner, parties }: FindOptions,
  row: Row,
  { code, assetId, cap }: Found,
): boolean {
  if (planner.assets.isRegistered(code)) return true
  const id = fieldFromHex(assetId)
  try {
    const asset = planner.definitionOf(row, BigInt(cap))
    if (registrationOf(poseidon, parties.issuer, asset).id !== id) return false
  } catch (error) {
    if (error instanceof RejectionError) return false
    throw error
  }
  planner.assets.registered(code, { id, cap: BigInt(cap) })
  return true
}

/** Counts the asset's next moves as those of the row, which is final. @returns false if they are not */
function match({ planner, parties, journal }: FindOptions, row: Row, key: string, asset: Found): boolean {
  const plan = planner.plan(row)
  if ('rejected' in plan) return false
  const last = plan.moves.length - 1
  /** The text of a name that is in memory once. */
  const nameOf = (side: Side) => (typeof side === 'string' ? parties.of(side).name : side)
  const made = asset.moves.slice(asset.matched, asset.matched + plan.moves.length)
  if (made.length <= last || !plan.moves.every((move, i) => isMade(parties, row, move, i === last, made[i]!)))
    return false
  for (const [i, move] of plan.moves.entries()) {
    planner.apply(asset.code, move)
    const one = made[i]!
    one.key = key
    one.sides = [nameOf(move.from), nameOf(move.to)]
    one.own = i === last
  }
  asset.matched += made.length
  journal.final.set(key, made[last]!.hash)
  return true
}

/** Whether a row's move is the one on the chain. */
function isMade(parties: Parties, row: Row, move: Move, own: boolean, made: MoveOnChain): boolean {
  const addressOf = (side: Side) => {
    if (side === MINT_SIDE) return encodeAddress(MINT)
    return side === RETIRED_SIDE ? encodeAddress(RETIRED) : parties.of(side).address
  }
  return (
    made.fromStart === `${move.fromStart}` &&
    made.amount === `${move.amount}` &&
    made.from === addressOf(move.from) &&
    made.to === addressOf(move.to) &&
    made.memo === fieldToHex(memoFor(row, own ? row.time : undefined))
  )
}

/** What was signed for these assets, and for each of their rows. */
function* signedFor(assets: readonly Found[]): Generator<Signed[]> {
  for (const { code, assetId, cap, moves, registration } of assets) {
    yield [{ key: `asset ${code}`, code, deed: { id: assetId, cap }, own: true, ...registration! }]
    let signed: Signed[] = []
    for (const { hash, era, key, sides, own, fromStart, amount } of moves) {
      const [from, to] = sides!
      signed.push({ key, code, deed: { from, to, start: fromStart, amount }, own, era, hash })
      if (!own) continue
      yield signed
      signed = []
    }
  }
}
