import { type Budgets, NO_BUDGETS } from './admission.ts'
import { KeyedRows } from './keyed-rows.ts'
import { FIELD_WORDS } from './rows.ts'

// A row, in 32-bit words: the account (8), assets, holdings and retirements, and the low and high word of bytes; one to align.
const ASSETS = FIELD_WORDS
const HOLDINGS = ASSETS + 1
const RETIREMENTS = HOLDINGS + 1
const BYTES = RETIREMENTS + 1
const WIDTH = BYTES + 3

/** Accounts that registered assets, and what is charged to them: 56 bytes each, and 8 to 16 in the index. */
export class SponsorTable {
  readonly #rows: KeyedRows

  constructor(seed: number) {
    this.#rows = new KeyedRows(WIDTH, seed)
  }

  /** Number of a sponsor; -1 if it is not known. */
  find(account: bigint): number {
    return this.#rows.find(account)
  }

  /** Number of a sponsor, which is added if it is not known. */
  numberOf(account: bigint): number {
    const known = this.find(account)
    return known >= 0 ? known : this.#rows.insert(account)
  }

  accountAt(row: number): bigint {
    return this.#rows.field(row, 0)
  }

  usage(account: bigint): Budgets {
    const row = this.find(account)
    if (row < 0) return NO_BUDGETS
    return {
      assets: this.#rows.word(row, ASSETS),
      bytes: this.#rows.word(row, BYTES) + 2 ** 32 * this.#rows.word(row, BYTES + 1),
      holdings: this.#rows.word(row, HOLDINGS),
      retirements: this.#rows.word(row, RETIREMENTS),
    }
  }

  setUsage(account: bigint, { assets, bytes, holdings, retirements }: Budgets): void {
    const row = this.numberOf(account)
    this.#rows.setWord(row, ASSETS, assets)
    this.#rows.setWord(row, BYTES, bytes % 2 ** 32)
    this.#rows.setWord(row, BYTES + 1, Math.floor(bytes / 2 ** 32))
    this.#rows.setWord(row, HOLDINGS, holdings)
    this.#rows.setWord(row, RETIREMENTS, retirements)
  }
}
