import { FIELD_BYTES, readField, writeField } from '../crypto/field.ts'

/** Number of 32-bit words per field element. */
export const FIELD_WORDS = FIELD_BYTES / 4
/** Rows per chunk, as a power of 2. */
const CHUNK_BITS = 12
const CHUNK_ROWS = 2 ** CHUNK_BITS

/** A part of a table's rows, as views of the same memory. */
interface Chunk {
  bytes: Uint8Array
  words: Uint32Array
  longs: BigUint64Array
}

/**
 * Rows of 32-bit words, numbered from 0. They are kept in chunks, so a table grows without copying and without a pause, and takes no memory of the
 * JavaScript heap. A row has at most 2^32 - 1 others.
 */
export class Rows {
  readonly #width: number
  readonly #chunks: Chunk[] = []
  #size = 0

  /** @param width words per row, an even number */
  constructor(width: number) {
    this.#width = width
  }

  get size(): number {
    return this.#size
  }

  /** Adds a row of zeros. @returns its number */
  add(): number {
    if (this.#size === this.#chunks.length * CHUNK_ROWS) {
      const { buffer } = new Uint32Array(CHUNK_ROWS * this.#width)
      this.#chunks.push({
        bytes: new Uint8Array(buffer),
        words: new Uint32Array(buffer),
        longs: new BigUint64Array(buffer),
      })
    }
    return this.#size++
  }

  /** Removes the last row, and sets its words to 0 for the next that is added. */
  removeLast(): void {
    const { words } = this.chunk(this.#size - 1)
    const at = this.offset(this.#size - 1)
    words.fill(0, at, at + this.#width)
    this.#size--
  }

  /** The chunk that has a row. */
  chunk(row: number): Chunk {
    return this.#chunks[row >>> CHUNK_BITS]!
  }

  /** Where a row begins in the words of its chunk. */
  offset(row: number): number {
    return (row & (CHUNK_ROWS - 1)) * this.#width
  }

  /** A word of a row. */
  word(row: number, word: number): number {
    return this.chunk(row).words[this.offset(row) + word]!
  }

  setWord(row: number, word: number, value: number): void {
    this.chunk(row).words[this.offset(row) + word] = value
  }

  /** The field element that begins at a word of a row. */
  field(row: number, word: number): bigint {
    return readField(this.chunk(row).bytes, 4 * (this.offset(row) + word))
  }

  setField(row: number, word: number, value: bigint): void {
    writeField(value, this.chunk(row).bytes, 4 * (this.offset(row) + word))
  }

  /** Copies the words of a row to another. */
  copy(from: number, to: number): void {
    const at = this.offset(from)
    this.chunk(to).words.set(this.chunk(from).words.subarray(at, at + this.#width), this.offset(to))
  }

  /** Whether the words of a row that begin at `word` are the first `count` of `key`. */
  has(row: number, word: number, key: Uint32Array, count: number): boolean {
    const { words } = this.chunk(row)
    const at = this.offset(row) + word
    for (let i = 0; i < count; i++) if (words[at + i] !== key[i]) return false
    return true
  }

  /** Hash of the `count` words of a row that begin at `word`: that of `hashWords` for the same words. */
  hash(row: number, word: number, count: number, seed: number): number {
    return hashWords(this.chunk(row).words, this.offset(row) + word, count, seed)
  }
}

/** MurmurHash3 (32 bits). The words alone would not do: senders choose `to` freely, so accounts need not be hashes. */
export function hashWords(words: Uint32Array, offset: number, count: number, seed: number): number {
  let hash = seed
  for (let i = 0; i < count; i++) {
    const k = Math.imul(words[offset + i]!, 0xcc9e2d51)
    hash ^= Math.imul((k << 15) | (k >>> 17), 0x1b873593)
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** A field element as words, to look for. */
export class FieldKey {
  readonly words: Uint32Array
  readonly #bytes = new Uint8Array(FIELD_BYTES)

  constructor() {
    this.words = new Uint32Array(this.#bytes.buffer)
  }

  set(value: bigint): this {
    writeField(value, this.#bytes, 0)
    return this
  }
}
