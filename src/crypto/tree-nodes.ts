import { FIELD_BYTES, writeField } from './field.ts'

/**
 * Nodes of a tree in columns, the form in which storage and worker threads take them. Level 0 has the leaves, the last level the root alone.
 * Hashes are canonical, 32 big-endian bytes each, concatenated.
 */
export interface TreeNodes {
  readonly size: number
  readonly levels: Uint8Array
  readonly indexes: Uint32Array
  readonly hashes: Uint8Array
}

/** Collects nodes into growing columns. */
export class TreeNodesBuilder {
  #size = 0
  #levels: Uint8Array
  #indexes: Uint32Array
  #hashes: Uint8Array

  constructor(capacity = 64) {
    this.#levels = new Uint8Array(capacity)
    this.#indexes = new Uint32Array(capacity)
    this.#hashes = new Uint8Array(capacity * FIELD_BYTES)
  }

  /** Adds a node from its bytes. */
  push(level: number, index: number, hash: Uint8Array): void {
    const at = this.#next(level, index)
    this.#hashes.set(hash, at)
  }

  /** Adds a node from its value. */
  pushField(level: number, index: number, hash: bigint): void {
    const at = this.#next(level, index)
    writeField(hash, this.#hashes, at)
  }

  done(): TreeNodes {
    return {
      size: this.#size,
      levels: this.#levels.slice(0, this.#size),
      indexes: this.#indexes.slice(0, this.#size),
      hashes: this.#hashes.slice(0, this.#size * FIELD_BYTES),
    }
  }

  /** Adds a row and returns the offset of its hash. May replace the columns, so call it before using them. */
  #next(level: number, index: number): number {
    if (this.#size === this.#levels.length) this.#double()
    this.#levels[this.#size] = level
    this.#indexes[this.#size] = index
    return FIELD_BYTES * this.#size++
  }

  #double(): void {
    const capacity = 2 * Math.max(this.#size, 1)
    const levels = new Uint8Array(capacity)
    const indexes = new Uint32Array(capacity)
    const hashes = new Uint8Array(capacity * FIELD_BYTES)
    levels.set(this.#levels)
    indexes.set(this.#indexes)
    hashes.set(this.#hashes)
    this.#levels = levels
    this.#indexes = indexes
    this.#hashes = hashes
  }
}
