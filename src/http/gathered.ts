/** Bytes of the first memory that is taken. */
const FIRST_BYTES = 1_024

/**
 * Bytes that come in chunks, put together as they come. It takes at most twice the memory of the bytes, however small the chunks are: a list of chunks
 * of one byte each would take a hundred times as much.
 */
export class Gathered {
  readonly #maxBytes: number
  #memory = new Uint8Array(0)
  #size = 0

  /** @param maxBytes that may come */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Number of bytes so far. */
  get size(): number {
    return this.#size
  }

  /** Takes a chunk. @returns false, with nothing taken, if there would be more bytes than may come */
  add(chunk: Uint8Array): boolean {
    const size = this.#size + chunk.length
    if (size > this.#maxBytes) return false
    if (size > this.#memory.length) {
      const grown = new Uint8Array(Math.min(this.#maxBytes, Math.max(size, 2 * this.#size, FIRST_BYTES)))
      grown.set(this.#memory.subarray(0, this.#size))
      this.#memory = grown
    }
    this.#memory.set(chunk, this.#size)
    this.#size = size
    return true
  }

  /** What came, and begins anew. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.#memory.subarray(0, this.#size)
    this.#memory = new Uint8Array(0)
    this.#size = 0
    return bytes
  }
}
