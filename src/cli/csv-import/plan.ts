import type { NewAsset } from '../../client/types.ts'
import { canonicalDefinition } from '../../ledger/definition.ts'
import { checkNote } from '../../ledger/note.ts'
import type { RejectionCode } from '../../ledger/rejection.ts'
import { codeOf, printable } from './codes.ts'
import { Holdings, sumOf } from './holdings.ts'
import {
  checkMoves,
  type Holders,
  MINT_SIDE,
  type Move,
  movesOf,
  parseAmount,
  type Reading,
  type Side,
} from './moves.ts'
import type { Needs } from './room.ts'
import type { Row } from './rows.ts'

/** The actions to sign for a row, in order: a registration if needed, then the moves. The last move is the row's own. */
export interface Work {
  register: NewAsset | undefined
  moves: Move[]
}

/** The actions of a row, or why it is rejected. */
export type RowPlan = Work | { rejected: RejectionCode }

interface ImportedAsset {
  index: number
  /** How many rows are about it. */
  rows: number
  cap: bigint
  /** Of its canonical definition, but for the digits of the cap. */
  bytes: number
  registered: boolean
  /** Its id on the chain, once it is known. */
  id: bigint | undefined
}

/** Of an asset's key, so many further values are its holdings. */
const MAX_PARTIES = 2 ** 24

/** How many assets have other codes than the file has, and the first of them: what the file has, and its code. */
interface Renamed {
  count: number
  first: readonly [name: string, code: string]
}

/**
 * Turns rows into moves, and keeps the counters of all holdings, so that it rejects a row with the code that the ledger would give. Every row
 * is surveyed first, which finds each asset's cap. After `rewind`, what is on the chain is told by `registered` and `apply`, and rows are planned in
 * the order in which they are sent: each plan builds on the moves that were applied before.
 *
 * An import that goes on finds moves of rows on the chain that are further down in the file. So a row is read as well, in the order of the file: what
 * those before it leave for it depends on the file alone, and with it the code of a row that asks for more.
 */
export class Planner {
  readonly #reading: Reading
  readonly #assets = new Map<string, ImportedAsset>()
  readonly #parties = new Map<string, number>()
  /** What was applied. */
  readonly #chain = new Holdings()
  /** What the rows that were read have moved, less what was applied. Mostly the same few, so that little is in memory twice. */
  readonly #lead = new Holdings()
  #stage: 'survey' | 'recall' | 'pass' = 'survey'
  /** What all rows need that can be applied. */
  #needs: Needs = { assets: 0, bytes: 0, holdings: 0 }
  #renamed: Renamed | undefined

  constructor(reading: Reading) {
    this.#reading = reading
  }

  /** First pass: plans and applies a row, and adds issued units to the asset's cap. */
  survey(row: Row): void {
    const code = this.codeOf(row)
    if (!this.has(code) && code !== this.#reading.prefix + row.asset)
      this.#renamed = {
        count: (this.#renamed?.count ?? 0) + 1,
        first: this.#renamed?.first ?? [row.asset, code],
      }
    const asset = this.#asset(code)
    asset.rows++
    const plan = this.plan(row)
    if ('rejected' in plan) return
    for (const move of plan.moves) {
      if (move.from === MINT_SIDE) asset.cap += move.amount
      this.apply(code, move)
    }
    if (plan.register !== undefined) asset.bytes = bytesOf({ ...plan.register, cap: '' })
    asset.registered = true
  }

  /** After the first pass, and to begin again: resets all holdings and keeps the caps. */
  rewind(): void {
    if (this.#stage === 'survey') this.#needs = this.#used()
    this.#stage = 'recall'
    this.#chain.clear()
    this.#lead.clear()
    for (const asset of this.#assets.values()) asset.registered = false
  }

  /** What the rows need of a chain beyond what was applied. */
  get missing(): Needs {
    const used = this.#used()
    const left = (what: keyof Needs) => Math.max(0, this.#needs[what] - used[what])
    return { assets: left('assets'), bytes: left('bytes'), holdings: left('holdings') }
  }

  #used(): Needs {
    const used = { assets: 0, bytes: 0, holdings: this.#chain.size }
    for (const { registered, bytes, cap } of this.#assets.values()) {
      if (!registered) continue
      used.assets++
      used.bytes += bytes + cap.toString().length
    }
    return used
  }

  /** Before a pass over the rows, none of which was read then. */
  beginPass(): void {
    this.#stage = 'pass'
    this.#lead.negate(this.#chain)
  }

  /**
   * Reads the next row of the file, as if all before it had been applied that could be.
   * @param isOnChain it was applied, whatever those before it leave for it
   * @returns why it cannot be applied
   */
  read(row: Row, isOnChain: boolean): RejectionCode | undefined {
    const asset = this.#asset(this.codeOf(row))
    const holders: Holders = (side) => {
      const key = this.#key(asset, side)
      return sumOf(this.#chain.get(key), this.#lead.get(key))
    }
    const moves = this.#movesOf(row, holders)
    const rejected = 'rejected' in moves ? moves.rejected : checkMoves(moves, holders, undefined)
    if (rejected !== undefined && !isOnChain) return rejected
    if (!('rejected' in moves)) for (const move of moves) this.#count(this.#lead, asset, move, 1n)
    return undefined
  }

  /** The assets whose codes differ from what the file calls them, because codes do not take all characters; undefined if there are none. */
  get renamed(): Renamed | undefined {
    return this.#renamed
  }

  /** Number of assets in the file. */
  get assets(): number {
    return this.#assets.size
  }

  /** Codes of the assets in the file. */
  get codes(): Iterable<string> {
    return this.#assets.keys()
  }

  /** Whether it is known that the asset is on the chain. */
  isRegistered(code: string): boolean {
    return this.#asset(code).registered
  }

  /** Whether rows of the file are about this asset. */
  has(code: string): boolean {
    return this.#assets.has(code)
  }

  /** How many rows of the file are about this asset. */
  rowsOf(code: string): number {
    return this.#asset(code).rows
  }

  /** Names of the file that are no asset: all parties of rows. */
  get names(): Iterable<string> {
    return this.#parties.keys()
  }

  codeOf(row: Row): string {
    return codeOf(row.asset, this.#reading.prefix)
  }

  /** Whether a name of the file means nobody. */
  isNobody(name: string): boolean {
    return name === this.#reading.zero
  }

  /** Notes that an asset is on the chain, with this id and cap; or, without them, that it is not, after all. */
  registered(code: string, facts: { id: bigint; cap: bigint } | undefined): void {
    const asset = this.#asset(code)
    asset.registered = facts !== undefined
    asset.id = facts?.id
    if (facts !== undefined) asset.cap = facts.cap
  }

  /** The id of an asset that is registered. */
  idOf(code: string): bigint {
    return this.#asset(code).id!
  }

  /** The actions of a row, from the moves applied so far. */
  plan(row: Row): RowPlan {
    const asset = this.#asset(this.codeOf(row))
    const holders: Holders = (side) => this.#chain.get(this.#key(asset, side))
    const moves = this.#movesOf(row, holders)
    if ('rejected' in moves) return moves
    const rejected = checkMoves(moves, holders, this.#stage === 'survey' ? undefined : asset.cap)
    if (rejected !== undefined) return { rejected }
    return { register: asset.registered ? undefined : this.definitionOf(row, asset.cap), moves }
  }

  /** Counts a move, which later plans build on. */
  apply(code: string, move: Move): void {
    this.#apply(code, move, 1n)
  }

  /** Takes a move back. */
  revert(code: string, move: Move): void {
    this.#apply(code, move, -1n)
  }

  #apply(code: string, move: Move, sign: 1n | -1n): void {
    const asset = this.#asset(code)
    this.#count(this.#chain, asset, move, sign)
    // Before a pass, nothing leads.
    if (this.#stage === 'pass') this.#count(this.#lead, asset, move, -sign)
  }

  #count(holdings: Holdings, asset: ImportedAsset, { from, to, amount }: Move, sign: bigint): void {
    holdings.add(this.#key(asset, from), 0n, sign * amount)
    holdings.add(this.#key(asset, to), sign * amount, 0n)
  }

  /** The definition that a row would register its asset with. */
  definitionOf(row: Row, cap: bigint): NewAsset {
    const metadata = { source: 'import', value: printable(row.asset, 1024) }
    const decimals = String(this.#reading.decimals)
    const name = printable(row.asset, 128)
    return { code: this.codeOf(row), name, cap: cap.toString(), decimals, reinstatable: true, metadata }
  }

  /** The row's moves from these counters, unless no counters would allow it. */
  #movesOf(row: Row, holders: Holders): Move[] | { rejected: RejectionCode } {
    const amount = parseAmount(row.amount)
    if (amount === undefined) return { rejected: 'BAD_AMOUNT' }
    if (row.from === row.to) return { rejected: 'SELF_TRANSFER' }
    if (row.time !== undefined && checkNote(row.time) !== null) return { rejected: 'BAD_NOTE' }
    return movesOf(row, amount, holders, this.#reading) ?? { rejected: 'NOT_ISSUED' }
  }

  #key(asset: ImportedAsset, side: Side): number {
    let party = typeof side === 'number' ? side : this.#parties.get(side)
    if (party === undefined) {
      party = 2 + this.#parties.size
      if (party >= MAX_PARTIES) throw new RangeError(`a file has at most ${MAX_PARTIES} parties`)
      this.#parties.set(side as string, party)
    }
    return asset.index * MAX_PARTIES + party
  }

  #asset(code: string): ImportedAsset {
    let asset = this.#assets.get(code)
    if (asset === undefined) {
      asset = { index: this.#assets.size, rows: 0, cap: 0n, bytes: 0, registered: false, id: undefined }
      this.#assets.set(code, asset)
    }
    return asset
  }
}

/** Bytes of a canonical definition, whoever issues it. */
function bytesOf(asset: NewAsset): number {
  const rest = {
    name: '',
    decimals: '',
    reinstatable: true,
    metadata: {},
    madeFrom: [],
    issuer: '0'.repeat(64),
  }
  return Buffer.byteLength(canonicalDefinition({ ...rest, ...asset }))
}
