/** Parts of an index, which grow one at a time: a power of 2. */
const SHARD_BITS = 8
const FIRST_SLOTS = 16

/**
 * Finds rows by a hash: hash tables of row numbers (open addressing with linear probing, at most half full), which take 8 to 16 bytes per row. A Map
 * would take several times that, and throws at 2^24 entries. Growth copies one of 256 tables at a time, so that no block waits for all of it.
 */
export class RowIndex {
  readonly #hashOf: (row: number) => number
  /** Row + 1, or 0 if the slot is free. */
  readonly #shards = Array.from({ length: 2 ** SHARD_BITS }, () => new Uint32Array(FIRST_SLOTS))
  readonly #counts = new Uint32Array(2 ** SHARD_BITS)

  /** @param hashOf the hash of a row's key, an unsigned 32-bit number */
  constructor(hashOf: (row: number) => number) {
    this.#hashOf = hashOf
  }

  /** The row with this hash that `isSought` accepts; -1 if there is none. */
  find(hash: number, isSought: (row: number) => boolean): number {
    const slots = this.#shards[shardOf(hash)]!
    const mask = slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const row = slots[slot]! - 1
      if (row < 0 || isSought(row)) return row
    }
  }

  /** Adds a row, whose key no other row may have. */
  add(row: number): void {
    const hash = this.#hashOf(row)
    const shard = shardOf(hash)
    if (2 * (this.#counts[shard]! + 1) > this.#shards[shard]!.length) this.#grow(shard)
    place(this.#shards[shard]!, hash, row)
    this.#counts[shard]! += 1
  }

  /** Removes a row, whose key must not have changed since it was added. */
  remove(row: number): void {
    const hash = this.#hashOf(row)
    const shard = shardOf(hash)
    const slots = this.#shards[shard]!
    const mask = slots.length - 1
    let free = hash & mask
    while (slots[free] !== row + 1) free = (free + 1) & mask
    // Rows behind the free slot move up to it, unless that is before the slot at which their own search begins.
    for (let slot = (free + 1) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const home = this.#hashOf(slots[slot]! - 1) & mask
      if (((slot - home) & mask) < ((slot - free) & mask)) continue
      slots[free] = slots[slot]!
      free = slot
    }
    slots[free] = 0
    this.#counts[shard]! -= 1
  }

  #grow(shard: number): void {
    const old = this.#shards[shard]!
    const slots = new Uint32Array(2 * old.length)
    for (const entry of old) if (entry !== 0) place(slots, this.#hashOf(entry - 1), entry - 1)
    this.#shards[shard] = slots
  }
}

/** The highest bits choose the shard, the lowest the slot. */
function shardOf(hash: number): number {
  return hash >>> (32 - SHARD_BITS)
}

function place(slots: Uint32Array, hash: number, row: number): void {
  const mask = slots.length - 1
  let slot = hash & mask
  while (slots[slot] !== 0) slot = (slot + 1) & mask
  slots[slot] = row + 1
}
