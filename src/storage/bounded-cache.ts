/**
 * Keeps the values that were used last, as many as fit, as far as they were used since the room was half full. Each entry has a size in whatever unit the bound is given in, and none that is larger
 * than a sixteenth of the bound is kept, so that one value cannot drive out all others.
 */
export class BoundedCache<K, V> {
  readonly #max: number
  readonly #entries = new Map<K, { value: V; size: number }>()
  #size = 0

  /** @param max the most that the sizes of all entries may add up to */
  constructor(max: number) {
    this.#max = max
  }

  /** The sum of the sizes of all entries; at most the bound. */
  get size(): number {
    return this.#size
  }

  get(key: K): V | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    // While half of the room is free, nothing is dropped soon, so the order may wait.
    if (this.#size * 2 > this.#max) {
      this.#entries.delete(key)
      this.#entries.set(key, entry)
    }
    return entry.value
  }

  set(key: K, value: V, size: number): void {
    this.#drop(key)
    if (size > this.#max / 16) return
    this.#entries.set(key, { value, size })
    this.#size += size
    for (const oldest of this.#entries.keys()) {
      if (this.#size <= this.#max) return
      this.#drop(oldest)
    }
  }

  #drop(key: K): void {
    this.#size -= this.#entries.get(key)?.size ?? 0
    this.#entries.delete(key)
  }
}
