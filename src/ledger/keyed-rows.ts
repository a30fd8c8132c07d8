import { RowIndex } from './row-index.ts'
import { FIELD_WORDS, FieldKey, hashWords, Rows } from './rows.ts'

/** Rows that begin with a field element, by which they are found: each has another. */
export class KeyedRows extends Rows {
  readonly #seed: number
  readonly #index: RowIndex
  readonly #key = new FieldKey()
  readonly #isSought = (row: number) => this.has(row, 0, this.#key.words, FIELD_WORDS)

  /** @param width words per row, an even number, those of the key included @param seed see LedgerState */
  constructor(width: number, seed: number) {
    super(width)
    this.#seed = seed | 0
    this.#index = new RowIndex((row) => this.hash(row, 0, FIELD_WORDS, this.#seed))
  }

  /** The row with a key; -1 if there is none. */
  find(key: bigint): number {
    const { words } = this.#key.set(key)
    return this.#index.find(hashWords(words, 0, FIELD_WORDS, this.#seed), this.#isSought)
  }

  /** Adds a row for a key that has none, with zeros behind it. @returns its number */
  insert(key: bigint): number {
    const row = this.add()
    this.setField(row, 0, key)
    this.#index.add(row)
    return row
  }

  /** Removes the row of a key, if it has one. The last row takes its place. */
  delete(key: bigint): void {
    const row = this.find(key)
    if (row < 0) return
    const last = this.size - 1
    this.#index.remove(row)
    if (row !== last) {
      this.#index.remove(last)
      this.copy(last, row)
      this.#index.add(row)
    }
    this.removeLast()
  }
}
