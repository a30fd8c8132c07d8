import type { PoolEntry, PoolLimits } from './entry.ts'
import { Shares } from './shares.ts'

/** The entries of a pool with their indexes. All of them are bounded by the number of entries. */
export class Entries {
  readonly shares: Shares
  /** In order of arrival. */
  readonly #byHash = new Map<bigint, PoolEntry>()
  /** The entries of each account, as sender or receiver, in order of arrival. */
  readonly #byAccount = new Map<bigint, Set<PoolEntry>>()
  readonly #byEra = new Map<number, Set<PoolEntry>>()
  #bytes = 0

  constructor(limits: PoolLimits) {
    this.shares = new Shares(limits)
  }

  get size(): number {
    return this.#byHash.size
  }

  get bytes(): number {
    return this.#bytes
  }

  /** The lowest era of an entry, undefined when empty. */
  get oldestEra(): number | undefined {
    let oldest: number | undefined
    for (const era of this.#byEra.keys()) if (oldest === undefined || era < oldest) oldest = era
    return oldest
  }

  get(hash: bigint): PoolEntry | undefined {
    return this.#byHash.get(hash)
  }

  all(): IterableIterator<PoolEntry> {
    return this.#byHash.values()
  }

  ofAccount(account: bigint): Iterable<PoolEntry> {
    return this.#byAccount.get(account) ?? []
  }

  /** The entries whose era is `era` or lower. */
  *until(era: number): Iterable<PoolEntry> {
    for (const [own, entries] of this.#byEra) if (own <= era) yield* entries
  }

  add(entry: PoolEntry): void {
    this.#byHash.set(entry.hash, entry)
    this.#bytes += entry.size
    join(this.#byEra, entry.era, entry)
    for (const account of partiesOf(entry)) join(this.#byAccount, account, entry)
    this.shares.add(entry)
  }

  /** Removes an entry, which has left the pending state already. */
  remove(entry: PoolEntry): void {
    this.#byHash.delete(entry.hash)
    this.#bytes -= entry.size
    leave(this.#byEra, entry.era, entry)
    for (const account of partiesOf(entry)) leave(this.#byAccount, account, entry)
    this.shares.remove(entry)
  }
}

function partiesOf({ record: { from, to } }: PoolEntry): bigint[] {
  return [from, to]
}

function join<K>(groups: Map<K, Set<PoolEntry>>, key: K, entry: PoolEntry): void {
  const group = groups.get(key)
  if (group === undefined) groups.set(key, new Set([entry]))
  else group.add(entry)
}

function leave<K>(groups: Map<K, Set<PoolEntry>>, key: K, entry: PoolEntry): void {
  const group = groups.get(key)
  group?.delete(entry)
  if (group?.size === 0) groups.delete(key)
}
