import { latin1 } from './platform.ts'

/**
 * What was decoded from bytes, kept for next time. Bounded: when full, the value unused for longest goes.
 * Only for pure functions of the bytes, so a hit and a miss answer alike.
 */
export class BoundedCache<T> {
  readonly #entries = new Map<string, T>()
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  /** The value of these bytes, made by `make` on a miss. What `make` throws is not kept. */
  get(bytes: Uint8Array, make: () => T): T {
    const key = latin1(bytes)
    const known = this.#entries.get(key)
    // A Map keeps insertion order: taking a hit out and putting it back makes it the youngest.
    if (known !== undefined) {
      this.#entries.delete(key)
      this.#entries.set(key, known)
      return known
    }
    const made = make()
    if (this.#entries.size >= this.#limit) this.#entries.delete(this.#entries.keys().next().value!)
    this.#entries.set(key, made)
    return made
  }

  get size(): number {
    return this.#entries.size
  }
}
