import { KeyedRows } from './keyed-rows.ts'
import { FIELD_WORDS } from './rows.ts'

// A row, in 32-bit words: the transferHash (8), the account that retired (8), the sponsor's number; one to align.
const FROM = FIELD_WORDS
const SPONSOR = FROM + FIELD_WORDS
const WIDTH = SPONSOR + 2

/** A retirement whose sponsor is named by its number. */
export interface NumberedRetirement {
  from: bigint
  sponsor: number
}

/** Retirements by transferHash: 72 bytes each, and 8 to 16 in the index. */
export class RetirementTable {
  readonly #rows: KeyedRows

  constructor(seed: number) {
    this.#rows = new KeyedRows(WIDTH, seed)
  }

  get size(): number {
    return this.#rows.size
  }

  get(hash: bigint): NumberedRetirement | undefined {
    const row = this.#rows.find(hash)
    return row < 0 ? undefined : { from: this.#rows.field(row, FROM), sponsor: this.#rows.word(row, SPONSOR) }
  }

  /** @throws Error if there is one with this hash */
  insert(hash: bigint, { from, sponsor }: NumberedRetirement): void {
    if (this.#rows.find(hash) >= 0) throw new Error('a retirement with this hash exists')
    const row = this.#rows.insert(hash)
    this.#rows.setField(row, FROM, from)
    this.#rows.setWord(row, SPONSOR, sponsor)
  }

  /** Removes a retirement, if it is there. The last row takes its place. */
  delete(hash: bigint): void {
    this.#rows.delete(hash)
  }
}
