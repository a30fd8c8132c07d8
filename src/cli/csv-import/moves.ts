import { MAX_AMOUNT, MAX_COUNTER } from '../../ledger/params.ts'
import type { RejectionCode } from '../../ledger/rejection.ts'
import type { Counters } from './holdings.ts'
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

/** The holdings of an asset. */
export type Holders = (side: Side) => Counters | undefined

/** The amount of a row; undefined unless it is a whole number from 1 to 2^112 - 1. */
export function parseAmount(text: string): bigint | undefined {
  if (!/^\d{1,40}$/.test(text)) return undefined
  const amount = BigInt(text)
  return amount >= 1n && amount <= MAX_AMOUNT ? amount : undefined
}

/** The moves that a row stands for, the row's own last; undefined if the asset was not issued although `strict` demands it. */
export function movesOf(
  row: Row,
  amount: bigint,
  holders: Holders,
  { zero, strict }: Reading,
): Move[] | undefined {
  const out = (side: Side) => holders(side)?.out ?? 0n
  const to: Side = row.to === zero ? RETIRED_SIDE : row.to
  if (row.from === zero) {
    const retired = holders(RETIRED_SIDE)
    const from = retired && retired.in - retired.out >= amount ? RETIRED_SIDE : MINT_SIDE
    return [{ from, to, fromStart: out(from), amount }]
  }
  const move: Move = { from: row.from, to, fromStart: out(row.from), amount }
  if (out(MINT_SIDE) > 0n) return [move]
  if (strict) return undefined
  return [{ from: MINT_SIDE, to: row.from, fromStart: 0n, amount }, move]
}

/** The rule of the ledger that one of a row's moves would break. `cap` is that of an asset with a registration. */
export function checkMoves(
  moves: readonly Move[],
  holders: Holders,
  cap: bigint | undefined,
): RejectionCode | undefined {
  const { from, fromStart, amount } = moves[0]!
  if (from === MINT_SIDE) {
    if (fromStart + amount > MAX_AMOUNT) return 'BAD_AMOUNT'
    // The cap of an asset that was registered before the file had this row is too small for it.
    if (cap !== undefined && fromStart + amount > cap) return 'INSUFFICIENT_BALANCE'
  } else {
    const holding = holders(from)
    if (holding === undefined) return 'NO_HOLDING'
    if (holding.in - holding.out < amount) return 'INSUFFICIENT_BALANCE'
  }
  const isFull = moves.some(({ to }) => (holders(to)?.in ?? 0n) + amount > MAX_COUNTER)
  return isFull ? 'COUNTER_OVERFLOW' : undefined
}
