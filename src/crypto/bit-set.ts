/** A set of small whole numbers: a bit for each number up to the largest. */
export class BitSet {
  #bytes = new Uint8Array(64)

  /** Adds a number. @returns whether it is new */
  add(value: number): boolean {
    const at = Math.floor(value / 8)
    if (at >= this.#bytes.length) {
      const grown = new Uint8Array(Math.max(at + 1, 2 * this.#bytes.length))
      grown.set(this.#bytes)
      this.#bytes = grown
    }
    const bit = 1 << (value % 8)
    const isNew = (this.#bytes[at]! & bit) === 0
    this.#bytes[at]! |= bit
    return isNew
  }
}
