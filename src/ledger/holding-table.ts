import { RowIndex } from './row-index.ts'
import { FIELD_WORDS, FieldKey, hashWords, Rows } from './rows.ts'

// A row, in 32-bit words: the account (8), in and out totals (4 each), the asset's number, and one more, so that the counters are aligned.
const IN_TOTAL = FIELD_WORDS
const OUT_TOTAL = IN_TOTAL + 4
const ASSET = OUT_TOTAL + 4
const WIDTH = ASSET + 2
const LOW_64 = (1n << 64n) - 1n

/** A holding whose asset is named by its number. */
export interface NumberedHolding {
  index: number
  account: bigint
  asset: number
  inTotal: bigint
  outTotal: bigint
}

/** Holdings by index and by (account, asset): 72 bytes each, and 8 to 16 in the index. */
export class HoldingTable {
  readonly #seed: number
  readonly #rows = new Rows(WIDTH)
  readonly #index: RowIndex
  readonly #key = new FieldKey()
  #asset = 0
  readonly #isSought = (row: number) =>
    this.#rows.word(row, ASSET) === this.#asset && this.#rows.has(row, 0, this.#key.words, FIELD_WORDS)

  constructor(seed: number) {
    this.#seed = seed | 0
    this.#index = new RowIndex((row) =>
      this.#rows.hash(row, 0, FIELD_WORDS, this.#seed ^ this.#rows.word(row, ASSET)),
    )
  }

  get size(): number {
    return this.#rows.size
  }

  /** Index of the holding; -1 if there is none. */
  find(account: bigint, asset: number): number {
    const { words } = this.#key.set(account)
    this.#asset = asset
    return this.#index.find(hashWords(words, 0, FIELD_WORDS, this.#seed ^ asset), this.#isSought)
  }

  /** @throws RangeError if there is none */
  at(index: number): NumberedHolding {
    if (index >= this.#rows.size) throw new RangeError(`no holding ${index}`)
    return {
      index,
      account: this.#rows.field(index, 0),
      asset: this.#rows.word(index, ASSET),
      inTotal: this.#counter(index, IN_TOTAL),
      outTotal: this.#counter(index, OUT_TOTAL),
    }
  }

  /** Adds a holding. @throws Error if its index is not the next one, or a holding with the same account and asset exists */
  insert({ index, account, asset, inTotal, outTotal }: NumberedHolding): void {
    if (index !== this.size) throw new Error(`got holding ${index}, but ${this.size} is next`)
    if (this.find(account, asset) >= 0)
      throw new Error(`another holding has the account and asset of holding ${index}`)
    this.#rows.add()
    this.#rows.setField(index, 0, account)
    this.#rows.setWord(index, ASSET, asset)
    this.update(index, inTotal, outTotal)
    this.#index.add(index)
  }

  /** Sets the counters of an existing holding. */
  update(index: number, inTotal: bigint, outTotal: bigint): void {
    const { longs } = this.#rows.chunk(index)
    const at = this.#rows.offset(index) / 2
    longs[at + IN_TOTAL / 2] = inTotal & LOW_64
    longs[at + IN_TOTAL / 2 + 1] = inTotal >> 64n
    longs[at + OUT_TOTAL / 2] = outTotal & LOW_64
    longs[at + OUT_TOTAL / 2 + 1] = outTotal >> 64n
  }

  #counter(index: number, word: number): bigint {
    const { longs } = this.#rows.chunk(index)
    const at = (this.#rows.offset(index) + word) / 2
    return longs[at]! | (longs[at + 1]! << 64n)
  }
}
