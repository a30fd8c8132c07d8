import { createHash } from 'node:crypto'
import type { NewAsset } from '../../client/client.ts'
import { MAX_AMOUNT } from '../../ledger/params.ts'
import type { RejectionCode } from '../../ledger/rejection.ts'
import type { Row } from './rows.ts'

/** How rows are read. */
export interface Reading {
  prefix: string
  decimals: number
  /** What stands for nobody. */
  zero: string
  strict: boolean
}

/** A move that a row makes, between names; the mint and the retired units are MINT and RETIRED. */
export interface Move {
  from: string | typeof MINT_SIDE | typeof RETIRED_SIDE
  to: string | typeof RETIRED_SIDE
  fromStart: bigint
  amount: bigint
}

export const MINT_SIDE = Symbol('mint')
export const RETIRED_SIDE = Symbol('retired')
type Side = string | typeof MINT_SIDE | typeof RETIRED_SIDE

/** What to sign for a row, in order; the last is the row's own. */
export interface Work {
  register: NewAsset | undefined
  moves: Move[]
}

/** The work of a row, or why there is none. */
export type RowPlan = Work | { rejected: RejectionCode }

interface Counters {
  in: bigint
  out: bigint
}

interface Thing {
  code: string
  cap: bigint
  registered: boolean
  holdings: Map<Side, Counters>
}

/** Signs of a code; all others are written as a dash, with a hash behind so that no two values get one code. */
const NOT_IN_CODES = /[^A-Za-z0-9._:/-]/g
const MAX_CODE = 64

/** The code of a thing by its value in the file. */
export function codeOf(value: string, prefix: string): string {
  const code = prefix + value.replace(NOT_IN_CODES, '-')
  if (code === prefix + value && code.length <= MAX_CODE) return code
  const hash = createHash('sha256').update(value).digest('hex').slice(0, 12)
  return `${code.slice(0, MAX_CODE - 13)}.${hash}`
}

/**
 * Turns rows into moves, keeping the counters of everything imported: a row is rejected here with the code that the ledger would give. Feed it every
 * row twice: `survey` first, which finds each asset's cap, then `plan`.
 */
export class Planner {
  readonly #reading: Reading
  readonly #things = new Map<string, Thing>()

  constructor(reading: Reading) {
    this.#reading = reading
  }

  /** First pass: the same as the second, and the units it issues are the caps. */
  survey(row: Row): void {
    const plan = this.plan(row)
    if ('rejected' in plan) return
    const issued = plan.moves.find(({ from }) => from === MINT_SIDE)
    if (issued) this.#thing(row.asset).cap += issued.amount
    this.commit(row, plan)
  }

  /** Between the passes: forgets all movements, keeps the caps. */
  rewind(): void {
    for (const thing of this.#things.values()) {
      thing.registered = false
      thing.holdings.clear()
    }
  }

  get assets(): number {
    return this.#things.size
  }

  /** Second pass: what the row makes. Call `commit` once it is done, so that later rows build on it. */
  plan(row: Row): RowPlan {
    const thing = this.#thing(row.asset)
    const amount = parseAmount(row.amount)
    if (amount === undefined) return { rejected: 'BAD_AMOUNT' }
    if (row.from === row.to) return { rejected: 'SELF_TRANSFER' }
    const moves = this.#movesOf(thing, row, amount)
    if (moves === undefined) return { rejected: 'NOT_ISSUED' }
    const first = moves[0]!
    if (first.from === MINT_SIDE) {
      if (first.fromStart + amount > MAX_AMOUNT) return { rejected: 'BAD_AMOUNT' }
    } else {
      const holding = thing.holdings.get(first.from)
      if (holding === undefined) return { rejected: 'NO_HOLDING' }
      if (holding.in - holding.out < amount) return { rejected: 'INSUFFICIENT_BALANCE' }
    }
    const { code, cap, registered } = thing
    const register = registered ? undefined : this.#definition(row.asset, code, cap)
    return { register, moves }
  }

  commit(row: Row, { moves }: Work): void {
    const thing = this.#thing(row.asset)
    thing.registered = true
    this.#apply(thing, moves)
  }

  #definition(value: string, code: string, cap: bigint): NewAsset {
    const metadata = { source: 'import', value: value.slice(0, 1024) }
    const decimals = String(this.#reading.decimals)
    return { code, name: value.slice(0, 128), cap: cap.toString(), decimals, reinstatable: true, metadata }
  }

  /** The row's moves from the counters as they are; undefined if the thing was not issued and must have been. */
  #movesOf(thing: Thing, row: Row, amount: bigint): Move[] | undefined {
    const { zero, strict } = this.#reading
    const out = (side: Side) => thing.holdings.get(side)?.out ?? 0n
    const to: Side = row.to === zero ? RETIRED_SIDE : row.to
    if (row.from === zero) {
      const retired = thing.holdings.get(RETIRED_SIDE)
      const from = retired && retired.in - retired.out >= amount ? RETIRED_SIDE : MINT_SIDE
      return [{ from, to, fromStart: out(from), amount }]
    }
    const move: Move = { from: row.from, to, fromStart: out(row.from), amount }
    if (thing.registered) return [move]
    if (strict) return undefined
    return [{ from: MINT_SIDE, to: row.from, fromStart: 0n, amount }, move]
  }

  #apply(thing: Thing, moves: readonly Move[]): void {
    for (const { from, to, amount } of moves) {
      this.#counters(thing, from).out += amount
      this.#counters(thing, to).in += amount
    }
  }

  #counters(thing: Thing, side: Side): Counters {
    const counters = thing.holdings.get(side) ?? { in: 0n, out: 0n }
    thing.holdings.set(side, counters)
    return counters
  }

  #thing(value: string): Thing {
    const known = this.#things.get(value)
    if (known) return known
    const thing = {
      code: codeOf(value, this.#reading.prefix),
      cap: 0n,
      registered: false,
      holdings: new Map(),
    }
    this.#things.set(value, thing)
    return thing
  }
}

function parseAmount(text: string): bigint | undefined {
  if (!/^\d{1,40}$/.test(text)) return undefined
  const amount = BigInt(text)
  return amount >= 1n && amount <= MAX_AMOUNT ? amount : undefined
}
