import { FieldIndex } from './field-index.ts'
import { FIELD_WORDS, Rows } from './rows.ts'

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
  readonly #rows = new Rows(WIDTH)
  readonly #index: FieldIndex

  constructor(seed: number) {
    this.#index = new FieldIndex(this.#rows, seed)
  }

  get size(): number {
    return this.#rows.size
  }

  get(hash: bigint): NumberedRetirement | undefined {
    const row = this.#index.find(hash)
    return row < 0 ? undefined : { from: this.#rows.field(row, FROM), sponsor: this.#rows.word(row, SPONSOR) }
  }

  /** @throws Error if there is one with this hash */
  insert(hash: bigint, { from, sponsor }: NumberedRetirement): void {
    if (this.#index.find(hash) >= 0) throw new Error('a retirement with this hash exists')
    const row = this.#rows.add()
    this.#rows.setField(row, 0, hash)
    this.#rows.setField(row, FROM, from)
    this.#rows.setWord(row, SPONSOR, sponsor)
    this.#index.add(row)
  }

  /** Removes a retirement, if it is there. The last row takes its place. */
  delete(hash: bigint): void {
    const row = this.#index.find(hash)
    if (row < 0) return
    const last = this.#rows.size - 1
    this.#index.remove(row)
    if (row !== last) {
      this.#index.remove(last)
      this.#rows.copy(last, row)
      this.#index.add(row)
    }
    this.#rows.removeLast()
  }
}
