import { createHash } from 'node:crypto'
import type { NewAsset } from '../../client/client.ts'
import { MAX_AMOUNT } from '../../ledger/params.ts'
import type { RejectionCode } from '../../ledger/rejection.ts'
import type { Row } from './rows.ts'

/** How rows are read. Part of the name of an import's journal (`importName`). */
export interface Reading {
  /** Put before the values of the asset column to make asset codes. */
  prefix: string
  decimals: number
  /** The name that means nobody: a row from it issues units, a row to it retires them. */
  zero: string
  /** If true, rows of an asset that was not issued before are rejected; else its first row issues what it moves. */
  strict: boolean
}

/** A movement of units between names of the file, the mint and the retired units. */
export interface Move {
  from: string | typeof MINT_SIDE | typeof RETIRED_SIDE
  to: string | typeof RETIRED_SIDE
  fromStart: bigint
  amount: bigint
}

export const MINT_SIDE = Symbol('mint')
export const RETIRED_SIDE = Symbol('retired')
type Side = string | typeof MINT_SIDE | typeof RETIRED_SIDE

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
  code: string
  cap: bigint
  registered: boolean
  holdings: Map<Side, Counters>
}

/** Characters that a code may not have. They become dashes, and a hash is appended so that no two values get the same code. */
const NOT_IN_CODES = /[^A-Za-z0-9._:/-]/g
const MAX_CODE = 64

/** The code of an asset, made from its value in the file: at most 64 characters. */
export function codeOf(value: string, prefix: string): string {
  const code = prefix + value.replace(NOT_IN_CODES, '-')
  if (code === prefix + value && code.length <= MAX_CODE) return code
  const hash = createHash('sha256').update(value).digest('hex').slice(0, 12)
  return `${code.slice(0, MAX_CODE - 13)}.${hash}`
}

/**
 * Turns rows into moves, and keeps the counters of all holdings, so that it rejects a row with the code that the ledger would give. Every row
 * goes through it twice: `survey` finds each asset's cap; then, after `rewind`, come `plan` and `commit`.
 */
export class Planner {
  readonly #reading: Reading
  readonly #assets = new Map<string, ImportedAsset>()

  constructor(reading: Reading) {
    this.#reading = reading
  }

  /** First pass: does what the second does, and adds issued units to the asset's cap. */
  survey(row: Row): void {
    const plan = this.plan(row)
    if ('rejected' in plan) return
    const issued = plan.moves.find(({ from }) => from === MINT_SIDE)
    if (issued) this.#asset(row.asset).cap += issued.amount
    this.commit(row, plan)
  }

  /** Between the passes: resets all holdings and keeps the caps. */
  rewind(): void {
    for (const asset of this.#assets.values()) {
      asset.registered = false
      asset.holdings.clear()
    }
  }

  /** Number of assets in the file. */
  get assets(): number {
    return this.#assets.size
  }

  /** Second pass: the actions of a row. Call `commit` after it, so that later rows build on this one. */
  plan(row: Row): RowPlan {
    const asset = this.#asset(row.asset)
    const amount = parseAmount(row.amount)
    if (amount === undefined) return { rejected: 'BAD_AMOUNT' }
    if (row.from === row.to) return { rejected: 'SELF_TRANSFER' }
    const moves = this.#movesOf(asset, row, amount)
    if (moves === undefined) return { rejected: 'NOT_ISSUED' }
    const first = moves[0]!
    if (first.from === MINT_SIDE) {
      if (first.fromStart + amount > MAX_AMOUNT) return { rejected: 'BAD_AMOUNT' }
    } else {
      const holding = asset.holdings.get(first.from)
      if (holding === undefined) return { rejected: 'NO_HOLDING' }
      if (holding.in - holding.out < amount) return { rejected: 'INSUFFICIENT_BALANCE' }
    }
    const { code, cap, registered } = asset
    const register = registered ? undefined : this.#definition(row.asset, code, cap)
    return { register, moves }
  }

  commit(row: Row, { moves }: Work): void {
    const asset = this.#asset(row.asset)
    asset.registered = true
    this.#apply(asset, moves)
  }

  #definition(value: string, code: string, cap: bigint): NewAsset {
    const metadata = { source: 'import', value: value.slice(0, 1024) }
    const decimals = String(this.#reading.decimals)
    return { code, name: value.slice(0, 128), cap: cap.toString(), decimals, reinstatable: true, metadata }
  }

  /** The row's moves from the present counters; undefined if the asset was not issued although `strict` demands it. */
  #movesOf(asset: ImportedAsset, row: Row, amount: bigint): Move[] | undefined {
    const { zero, strict } = this.#reading
    const out = (side: Side) => asset.holdings.get(side)?.out ?? 0n
    const to: Side = row.to === zero ? RETIRED_SIDE : row.to
    if (row.from === zero) {
      const retired = asset.holdings.get(RETIRED_SIDE)
      const from = retired && retired.in - retired.out >= amount ? RETIRED_SIDE : MINT_SIDE
      return [{ from, to, fromStart: out(from), amount }]
    }
    const move: Move = { from: row.from, to, fromStart: out(row.from), amount }
    if (asset.registered) return [move]
    if (strict) return undefined
    return [{ from: MINT_SIDE, to: row.from, fromStart: 0n, amount }, move]
  }

  #apply(asset: ImportedAsset, moves: readonly Move[]): void {
    for (const { from, to, amount } of moves) {
      this.#counters(asset, from).out += amount
      this.#counters(asset, to).in += amount
    }
  }

  #counters(asset: ImportedAsset, side: Side): Counters {
    const counters = asset.holdings.get(side) ?? { in: 0n, out: 0n }
    asset.holdings.set(side, counters)
    return counters
  }

  #asset(value: string): ImportedAsset {
    const known = this.#assets.get(value)
    if (known) return known
    const asset = {
      code: codeOf(value, this.#reading.prefix),
      cap: 0n,
      registered: false,
      holdings: new Map(),
    }
    this.#assets.set(value, asset)
    return asset
  }
}

function parseAmount(text: string): bigint | undefined {
  if (!/^\d{1,40}$/.test(text)) return undefined
  const amount = BigInt(text)
  return amount >= 1n && amount <= MAX_AMOUNT ? amount : undefined
}
