import { KeyedRows } from './keyed-rows.ts'
import { MAX_RESERVATIONS } from './reservation.ts'
import { FIELD_WORDS } from './rows.ts'
import type { Reservation } from './state.ts'

// A row, in 32-bit words: the account (8), the number of its reservations, one to align, and for each of them, the newest first, the commitment
// (8), and the low and high word of the era.
const COUNT = FIELD_WORDS
const FIRST = COUNT + 2
const ERA = FIELD_WORDS
const ENTRY = ERA + 2
const WIDTH = FIRST + MAX_RESERVATIONS * ENTRY

/** The reservations of accounts that have registered an asset: 360 bytes each, and 8 to 16 in the index. */
export class ReservationTable {
  readonly #rows: KeyedRows

  constructor(seed: number) {
    this.#rows = new KeyedRows(WIDTH, seed)
  }

  /** Number of accounts. */
  get size(): number {
    return this.#rows.size
  }

  /** The reservations of an account, the newest first. */
  get(account: bigint): readonly Reservation[] {
    const row = this.#rows.find(account)
    if (row < 0) return []
    return Array.from({ length: this.#rows.word(row, COUNT) }, (_, i) => {
      const at = FIRST + i * ENTRY
      const era = this.#rows.word(row, at + ERA) + 2 ** 32 * this.#rows.word(row, at + ERA + 1)
      return { commitment: this.#rows.field(row, at), era }
    })
  }

  /** @param reservations at most MAX_RESERVATIONS, the newest first */
  set(account: bigint, reservations: readonly Reservation[]): void {
    if (reservations.length > MAX_RESERVATIONS) throw new RangeError('too many reservations of an account')
    const known = this.#rows.find(account)
    const row = known < 0 ? this.#rows.insert(account) : known
    this.#rows.setWord(row, COUNT, reservations.length)
    for (const [i, { commitment, era }] of reservations.entries()) {
      const at = FIRST + i * ENTRY
      this.#rows.setField(row, at, commitment)
      this.#rows.setWord(row, at + ERA, era % 2 ** 32)
      this.#rows.setWord(row, at + ERA + 1, Math.floor(era / 2 ** 32))
    }
  }
}
