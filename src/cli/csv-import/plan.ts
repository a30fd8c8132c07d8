import type { NewAsset } from '../../client/types.ts'
import { checkNote } from '../../ledger/note.ts'
import { MAX_AMOUNT, MAX_COUNTER } from '../../ledger/params.ts'
import type { RejectionCode } from '../../ledger/rejection.ts'
import { codeOf, printable } from './codes.ts'
import type { Row } from './rows.ts'

/** How rows are read. */
export interface Reading {
  /** Put before the values of the asset column to make asset codes. */
  prefix: string
  decimals: number
  /** The name that means nobody: a row from it issues units, a row to it retires them. */
  zero: string
  /** If true, rows of an asset that was not issued before are rejected; else its first row issues what it moves. */
  strict: boolean
}

export const MINT_SIDE = 0
export const RETIRED_SIDE = 1
/** A name of the file, the mint, or the retired units. */
export type Side = string | typeof MINT_SIDE | typeof RETIRED_SIDE

/** A movement of units. */
export interface Move {
  from: Side
  to: Side
  fromStart: bigint
  amount: bigint
}

/** The actions to sign for a row, in order: a registration if needed, then the moves. The last move is the row's own. */
export interface Work {
  register: NewAsset | undefined
  moves: Move[]
}

/** The actions of a row, or why it is rejected. */
export type RowPlan = Work | { rejected: RejectionCode }

interface Counters {
  in: bigint
  out: bigint
}

interface ImportedAsset {
  index: number
  cap: bigint
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
 */
export class Planner {
  readonly #reading: Reading
  readonly #assets = new Map<string, ImportedAsset>()
  readonly #parties = new Map<string, number>()
  readonly #counters = new Map<number, Counters>()
  #surveying = true
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
    const plan = this.plan(row)
    if ('rejected' in plan) return
    for (const move of plan.moves) {
      if (move.from === MINT_SIDE) asset.cap += move.amount
      this.apply(code, move)
    }
    asset.registered = true
  }

  /** After the first pass: resets all holdings and keeps the caps. */
  rewind(): void {
    this.#surveying = false
    this.#counters.clear()
    for (const asset of this.#assets.values()) asset.registered = false
  }

  /** The assets whose codes differ from what the file calls them, because codes do not take all characters; undefined if there are none. */
  get renamed(): Renamed | undefined {
    return this.#renamed
  }

  /** Number of assets in the file. */
  get assets(): number {
    return this.#assets.size
  }

  /** Whether rows of the file are about this asset. */
  has(code: string): boolean {
    return this.#assets.has(code)
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
    const amount = parseAmount(row.amount)
    if (amount === undefined) return { rejected: 'BAD_AMOUNT' }
    if (row.from === row.to) return { rejected: 'SELF_TRANSFER' }
    if (row.time !== undefined && checkNote(row.time) !== null) return { rejected: 'BAD_NOTE' }
    const moves = this.#movesOf(asset, row, amount)
    if (moves === undefined) return { rejected: 'NOT_ISSUED' }
    const rejected = this.#check(asset, moves)
    if (rejected !== undefined) return { rejected }
    return { register: asset.registered ? undefined : this.#definition(row, asset.cap), moves }
  }

  /** Counts a move, which later plans build on. */
  apply(code: string, { from, to, amount }: Move): void {
    const asset = this.#asset(code)
    this.#open(asset, from).out += amount
    this.#open(asset, to).in += amount
  }

  /** Takes a move back. */
  revert(code: string, { from, to, amount }: Move): void {
    const asset = this.#asset(code)
    this.#open(asset, from).out -= amount
    const receiver = this.#open(asset, to)
    receiver.in -= amount
    if (receiver.in === 0n && receiver.out === 0n) this.#counters.delete(this.#key(asset, to))
  }

  #definition(row: Row, cap: bigint): NewAsset {
    const metadata = { source: 'import', value: printable(row.asset, 1024) }
    const decimals = String(this.#reading.decimals)
    const name = printable(row.asset, 128)
    return { code: this.codeOf(row), name, cap: cap.toString(), decimals, reinstatable: true, metadata }
  }

  /** The row's moves from the present counters; undefined if the asset was not issued although `strict` demands it. */
  #movesOf(asset: ImportedAsset, row: Row, amount: bigint): Move[] | undefined {
    const { zero, strict } = this.#reading
    const out = (side: Side) => this.#find(asset, side)?.out ?? 0n
    const to: Side = row.to === zero ? RETIRED_SIDE : row.to
    if (row.from === zero) {
      const retired = this.#find(asset, RETIRED_SIDE)
      const from = retired && retired.in - retired.out >= amount ? RETIRED_SIDE : MINT_SIDE
      return [{ from, to, fromStart: out(from), amount }]
    }
    const move: Move = { from: row.from, to, fromStart: out(row.from), amount }
    if (out(MINT_SIDE) > 0n) return [move]
    if (strict) return undefined
    return [{ from: MINT_SIDE, to: row.from, fromStart: 0n, amount }, move]
  }

  /** The rule of the ledger that one of the moves would break. */
  #check(asset: ImportedAsset, moves: readonly Move[]): RejectionCode | undefined {
    const { from, fromStart, amount } = moves[0]!
    if (from === MINT_SIDE) {
      if (fromStart + amount > MAX_AMOUNT) return 'BAD_AMOUNT'
      // The cap of an asset that was registered before the file had this row is too small for it.
      if (!this.#surveying && fromStart + amount > asset.cap) return 'INSUFFICIENT_BALANCE'
    } else {
      const holding = this.#find(asset, from)
      if (holding === undefined) return 'NO_HOLDING'
      if (holding.in - holding.out < amount) return 'INSUFFICIENT_BALANCE'
    }
    const isFull = moves.some(({ to }) => (this.#find(asset, to)?.in ?? 0n) + amount > MAX_COUNTER)
    return isFull ? 'COUNTER_OVERFLOW' : undefined
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

  #find(asset: ImportedAsset, side: Side): Counters | undefined {
    return this.#counters.get(this.#key(asset, side))
  }

  #open(asset: ImportedAsset, side: Side): Counters {
    const key = this.#key(asset, side)
    let counters = this.#counters.get(key)
    if (counters === undefined) {
      counters = { in: 0n, out: 0n }
      this.#counters.set(key, counters)
    }
    return counters
  }

  #asset(code: string): ImportedAsset {
    let asset = this.#assets.get(code)
    if (asset === undefined) {
      asset = { index: this.#assets.size, cap: 0n, registered: false, id: undefined }
      this.#assets.set(code, asset)
    }
    return asset
  }
}

function parseAmount(text: string): bigint | undefined {
  if (!/^\d{1,40}$/.test(text)) return undefined
  const amount = BigInt(text)
  return amount >= 1n && amount <= MAX_AMOUNT ? amount : undefined
}
