import type { NewAsset } from '../../client/types.ts'
import { checkNote } from '../../ledger/note.ts'
import type { RejectionCode } from '../../ledger/rejection.ts'
import { codeOf } from './codes.ts'
import { bytesOf, definitionFor } from './definition.ts'
import { type FileAsset, FileAssets } from './file-assets.ts'
import { HoldingNumbers, Holdings, sumOf } from './holdings.ts'
import {
  checkMoves,
  type Holders,
  MINT_SIDE,
  type Move,
  movesOf,
  parseAmount,
  type Reading,
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

/**
 * Turns rows into moves, and keeps the counters of all holdings, so that it rejects a row with the code that the ledger would give. Every row
 * is surveyed first, which finds each asset's cap. After `rewind`, what is on the chain is told by `assets.registered` and `apply`, and rows are planned in
 * the order in which they are sent: each plan builds on the moves that were applied before.
 *
 * An import that goes on finds moves of rows on the chain that are further down in the file. So a row is read as well, in the order of the file: what
 * those before it leave for it depends on the file alone, and with it the code of a row that asks for more.
 */
export class Planner {
  readonly #reading: Reading
  /** Those of the file. */
  readonly assets = new FileAssets()
  readonly #numbers = new HoldingNumbers()
  /** What was applied. */
  readonly #chain = new Holdings()
  /** What the rows that were read have moved, less what was applied. Mostly the same few, so that little is in memory twice. */
  readonly #lead = new Holdings()
  #stage: 'survey' | 'recall' | 'pass' = 'survey'
  /** What all rows need that can be applied. */
  #needs: Needs = { assets: 0, bytes: 0, holdings: 0 }

  constructor(reading: Reading) {
    this.#reading = reading
  }

  /** First pass: plans and applies a row, and adds issued units to the asset's cap. */
  survey(row: Row): void {
    const code = this.codeOf(row)
    const asset = this.assets.addRow(code, code === this.#reading.prefix + row.asset ? undefined : row.asset)
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
    this.assets.rewind()
  }

  /** What the rows need of a chain beyond what was applied. */
  get missing(): Needs {
    const used = this.#used()
    const left = (what: keyof Needs) => Math.max(0, this.#needs[what] - used[what])
    return { assets: left('assets'), bytes: left('bytes'), holdings: left('holdings') }
  }

  #used(): Needs {
    return { ...this.assets.used, holdings: this.#chain.size }
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
    const asset = this.assets.of(this.codeOf(row))
    const holders: Holders = (side) => {
      const key = this.#numbers.of(asset.index, side)
      return sumOf(this.#chain.get(key), this.#lead.get(key))
    }
    const moves = this.#movesOf(row, holders)
    const rejected = 'rejected' in moves ? moves.rejected : checkMoves(moves, holders, undefined)
    if (rejected !== undefined && !isOnChain) return rejected
    if (!('rejected' in moves)) for (const move of moves) this.#count(this.#lead, asset, move, 1n)
    return undefined
  }

  /** Names of the file that are no asset: all parties of rows. */
  get names(): Iterable<string> {
    return this.#numbers.names
  }

  codeOf(row: Row): string {
    return codeOf(row.asset, this.#reading.prefix)
  }

  /** Whether a name of the file means nobody. */
  isNobody(name: string): boolean {
    return name === this.#reading.zero
  }

  /** The actions of a row, from the moves applied so far. */
  plan(row: Row): RowPlan {
    const asset = this.assets.of(this.codeOf(row))
    const holders: Holders = (side) => this.#chain.get(this.#numbers.of(asset.index, side))
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
    const asset = this.assets.of(code)
    this.#count(this.#chain, asset, move, sign)
    // Before a pass, nothing leads.
    if (this.#stage === 'pass') this.#count(this.#lead, asset, move, -sign)
  }

  #count(holdings: Holdings, asset: FileAsset, { from, to, amount }: Move, sign: bigint): void {
    holdings.add(this.#numbers.of(asset.index, from), 0n, sign * amount)
    holdings.add(this.#numbers.of(asset.index, to), sign * amount, 0n)
  }

  /** The definition that a row would register its asset with. */
  definitionOf(row: Row, cap: bigint): NewAsset {
    return definitionFor(row.asset, this.codeOf(row), cap, this.#reading.decimals)
  }

  /** The row's moves from these counters, unless no counters would allow it. */
  #movesOf(row: Row, holders: Holders): Move[] | { rejected: RejectionCode } {
    const amount = parseAmount(row.amount)
    if (amount === undefined) return { rejected: 'BAD_AMOUNT' }
    if (row.from === row.to) return { rejected: 'SELF_TRANSFER' }
    if (row.time !== undefined && checkNote(row.time) !== null) return { rejected: 'BAD_NOTE' }
    return movesOf(row, amount, holders, this.#reading) ?? { rejected: 'NOT_ISSUED' }
  }
}
