import { FIELD_BYTES, readField, writeField } from '../crypto/field.ts'
import type { Holding } from './state.ts'

/** Number of 32-bit words per account. */
const ACCOUNT_WORDS = FIELD_BYTES / 4
/** Number of 64-bit words per pair of counters. */
const COUNTER_WORDS = 4
const FIRST_CAPACITY = 1024
const LOW_64 = (1n << 64n) - 1n

/**
 * Holdings by index and by (account, asset). Flat arrays take 68 bytes per holding, and a hash table (open addressing with linear
 * probing, at most half full) another 8 to 16. A Map of a million entries would take several times the memory and the time to load.
 */
export class HoldingTable {
  readonly #seed: number
  readonly #assetNumbers = new Map<bigint, number>()
  readonly #assetIds: bigint[] = []
  readonly #key = new Uint8Array(FIELD_BYTES)
  readonly #keyWords = new Uint32Array(this.#key.buffer)
  #size = 0
  #accounts = new Uint8Array(FIRST_CAPACITY * FIELD_BYTES)
  #accountWords = new Uint32Array(this.#accounts.buffer)
  #assets = new Uint32Array(FIRST_CAPACITY)
  #counters = new BigUint64Array(FIRST_CAPACITY * COUNTER_WORDS)
  /** The hash table: index + 1 of a holding, or 0 if the slot is free. */
  #slots = new Uint32Array(2 * FIRST_CAPACITY)

  constructor(seed: number) {
    this.#seed = seed | 0
  }

  get size(): number {
    return this.#size
  }

  find(account: bigint, assetId: bigint): Holding | undefined {
    const asset = this.#assetNumbers.get(assetId)
    if (asset === undefined) return undefined
    writeField(account, this.#key, 0)
    const found = this.#slots[this.#probe(this.#keyWords, 0, asset)]!
    return found === 0 ? undefined : this.#read(found - 1, account, assetId)
  }

  at(index: number): Holding {
    if (index >= this.#size) throw new RangeError(`no holding ${index}`)
    const account = readField(this.#accounts, index * FIELD_BYTES)
    return this.#read(index, account, this.#assetIds[this.#assets[index]!]!)
  }

  /** Adds a holding. @throws Error if its index is not the next one, or a holding with the same account and asset exists */
  insert(holding: Holding): void {
    const index = this.#size
    if (holding.index !== index) throw new Error(`got holding ${holding.index}, but ${index} is next`)
    if (index === this.#assets.length) this.#grow()
    const asset = this.#assetNumber(holding.assetId)
    writeField(holding.account, this.#accounts, index * FIELD_BYTES)
    const slot = this.#probe(this.#accountWords, index * ACCOUNT_WORDS, asset)
    if (this.#slots[slot] !== 0)
      throw new Error(`another holding has the account and asset of holding ${index}`)
    this.#slots[slot] = index + 1
    this.#assets[index] = asset
    this.#size++
    this.update(holding)
  }

  /** Sets the counters of an existing holding. */
  update({ index, inTotal, outTotal }: Holding): void {
    const at = index * COUNTER_WORDS
    this.#counters[at] = inTotal & LOW_64
    this.#counters[at + 1] = inTotal >> 64n
    this.#counters[at + 2] = outTotal & LOW_64
    this.#counters[at + 3] = outTotal >> 64n
  }

  #read(index: number, account: bigint, assetId: bigint): Holding {
    const at = index * COUNTER_WORDS
    const inTotal = this.#counters[at]! | (this.#counters[at + 1]! << 64n)
    const outTotal = this.#counters[at + 2]! | (this.#counters[at + 3]! << 64n)
    return { index, account, assetId, inTotal, outTotal }
  }

  #assetNumber(id: bigint): number {
    const known = this.#assetNumbers.get(id)
    if (known !== undefined) return known
    this.#assetNumbers.set(id, this.#assetIds.length)
    return this.#assetIds.push(id) - 1
  }

  /** The slot of this account and asset, or the free slot into which they would go. */
  #probe(words: Uint32Array, offset: number, asset: number): number {
    const mask = this.#slots.length - 1
    for (let slot = this.#hash(words, offset, asset) & mask; ; slot = (slot + 1) & mask) {
      const found = this.#slots[slot]!
      if (found === 0 || this.#isAt(found - 1, words, offset, asset)) return slot
    }
  }

  #isAt(index: number, words: Uint32Array, offset: number, asset: number): boolean {
    if (this.#assets[index] !== asset) return false
    const at = index * ACCOUNT_WORDS
    for (let i = 0; i < ACCOUNT_WORDS; i++) {
      if (this.#accountWords[at + i] !== words[offset + i]) return false
    }
    return true
  }

  /** MurmurHash3 (32 bits) of all words. The words alone would not do: senders choose `to` freely, so accounts need not be hashes. */
  #hash(words: Uint32Array, offset: number, asset: number): number {
    let hash = mix(this.#seed, asset)
    for (let i = 0; i < ACCOUNT_WORDS; i++) hash = mix(hash, words[offset + i]!)
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    return (hash ^ (hash >>> 16)) >>> 0
  }

  #grow(): void {
    const capacity = 2 * this.#assets.length
    const accounts = new Uint8Array(capacity * FIELD_BYTES)
    accounts.set(this.#accounts)
    this.#accounts = accounts
    this.#accountWords = new Uint32Array(accounts.buffer)
    const assets = new Uint32Array(capacity)
    assets.set(this.#assets)
    this.#assets = assets
    const counters = new BigUint64Array(capacity * COUNTER_WORDS)
    counters.set(this.#counters)
    this.#counters = counters
    this.#slots = new Uint32Array(2 * capacity)
    for (let index = 0; index < this.#size; index++) {
      this.#slots[this.#probe(this.#accountWords, index * ACCOUNT_WORDS, assets[index]!)] = index + 1
    }
  }
}

function mix(hash: number, word: number): number {
  const k = Math.imul(word, 0xcc9e2d51)
  const mixed = hash ^ Math.imul((k << 15) | (k >>> 17), 0x1b873593)
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0
}
