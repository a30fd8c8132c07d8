import { latin1 } from './platform.ts'

/**
 * Caches values decoded from bytes. When the cache is full, the least recently used value is dropped.
 * Only for pure functions of the bytes, so that a hit and a miss give the same result.
 */
export class BoundedCache<T> {
  readonly #entries = new Map<string, T>()
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  /** The value of these bytes, made by `make` on a miss. Errors thrown by `make` are passed on and not cached. */
  get(bytes: Uint8Array, make: () => T): T {
    const key = latin1(bytes)
    const known = this.#entries.get(key)
    // A Map keeps insertion order, so deleting and inserting a hit makes it the most recently used.
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
