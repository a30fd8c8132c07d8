import { RowIndex } from './row-index.ts'
import { FIELD_WORDS, FieldKey, hashWords, type Rows } from './rows.ts'

/** Finds rows by the field element that they begin with, of which each has another. */
export class FieldIndex {
  readonly #rows: Rows
  readonly #seed: number
  readonly #index: RowIndex
  readonly #key = new FieldKey()
  readonly #isSought = (row: number) => this.#rows.has(row, 0, this.#key.words, FIELD_WORDS)

  /** @param seed see LedgerState */
  constructor(rows: Rows, seed: number) {
    this.#rows = rows
    this.#seed = seed | 0
    this.#index = new RowIndex((row) => this.#rows.hash(row, 0, FIELD_WORDS, this.#seed))
  }

  /** The row that begins with a field element; -1 if there is none. */
  find(key: bigint): number {
    const { words } = this.#key.set(key)
    return this.#index.find(hashWords(words, 0, FIELD_WORDS, this.#seed), this.#isSought)
  }

  /** Adds a row, which must begin with its key already. */
  add(row: number): void {
    this.#index.add(row)
  }

  /** Removes a row, whose key must not have changed since it was added. */
  remove(row: number): void {
    this.#index.remove(row)
  }
}
