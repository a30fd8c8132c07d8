import type { Holder, Line, PoolEntry } from './entry.ts'
import { HeaviestFirst } from './heaviest-first.ts'
import { Latest } from './latest.ts'

/** What a party, a sponsor or a signer holds of the pool. */
export class Share {
  /** Sum of the entries' costs, in bytes (`Shares`). */
  cost = 0
  /**
   * The shares within this one, the one that was served longest ago first: blocks take turns in this order. Bounded by the pool's entries, as
   * each has at least one.
   */
  readonly children = new Map<bigint, Share>()
  /** Of a signer: the holdings that waiting entries spend from, and waiting registrations. */
  readonly lines = new Set<Line>()
  readonly entries = new Latest<PoolEntry>()
  readonly byCost = new HeaviestFirst<Share>()
}

/**
 * Who holds how much of the pool: a tree of parties, their sponsors, and their signers. An entry costs its size, but at least the pool's room for
 * bytes divided by its room for entries, so that many small entries weigh as much as few large ones. PROTOCOL.md, "Pool".
 */
export class Shares {
  readonly root = new Share()
  readonly #leastCost: number

  constructor({ entries, bytes }: { entries: number; bytes: number }) {
    this.#leastCost = Math.ceil(bytes / entries)
  }

  /** Cost of an entry of this size, in bytes. */
  costOf(size: number): number {
    return Math.max(size, this.#leastCost)
  }

  /** Number of entries of a signer for a sponsor. */
  countOf(holder: Holder): number {
    return this.#pathOf(holder).at(-1)?.entries.size ?? 0
  }

  add(entry: PoolEntry): void {
    const shares = [this.root]
    for (const id of idsOf(entry.holder)) {
      const { children } = shares.at(-1)!
      const child = children.get(id) ?? new Share()
      children.set(id, child)
      shares.push(child)
    }
    const signer = shares.at(-1)!
    signer.lines.add(entry.line)
    signer.entries.add(entry)
    this.#charge(shares, this.costOf(entry.size))
  }

  /** Removes an entry, which has left its line already. */
  remove(entry: PoolEntry): void {
    const shares = [this.root, ...this.#pathOf(entry.holder)]
    const ids = idsOf(entry.holder)
    const signer = shares.at(-1)!
    if (entry.line.outs.size === 0) signer.lines.delete(entry.line)
    signer.entries.delete(entry)
    this.#charge(shares, -this.costOf(entry.size))
    for (let depth = ids.length; depth > 0; depth -= 1) {
      if (shares[depth]!.cost === 0) shares[depth - 1]!.children.delete(ids[depth - 1]!)
    }
  }

  /** Puts a holder last in every turn: an action of it became final. */
  served(holder: Holder): void {
    let { children } = this.root
    for (const id of idsOf(holder)) {
      const child = children.get(id)
      if (child === undefined) return
      children.delete(id)
      children.set(id, child)
      children = child.children
    }
  }

  /**
   * The share that must give way to `cost` more of a holder: from the parties down to the signers, the first that holds more than the holder's
   * own would then hold, and the most of all beside it. Undefined if there is none: the holder has its share.
   */
  heavierThan(holder: Holder, cost: number): Share | undefined {
    let parent = this.root
    for (const id of idsOf(holder)) {
      const own = parent.children.get(id)
      const heaviest = parent.byCost.peek()
      if (heaviest === undefined) return undefined
      if (heaviest !== own && heaviest.cost > (own?.cost ?? 0) + cost) return heaviest
      if (own === undefined) return undefined
      parent = own
    }
    return undefined
  }

  /** The latest entry of the signer who holds most, in the sponsor that holds most, in the party that holds most, within a share. */
  latestOf(share: Share): PoolEntry {
    let heaviest = share
    for (let next = heaviest.byCost.peek(); next !== undefined; next = heaviest.byCost.peek()) heaviest = next
    const { last } = heaviest.entries
    if (last === undefined) throw new Error('a share without entries gives way')
    return last
  }

  #pathOf(holder: Holder): Share[] {
    const shares: Share[] = []
    let parent: Share | undefined = this.root
    for (const id of idsOf(holder)) {
      parent = parent.children.get(id)
      if (parent === undefined) break
      shares.push(parent)
    }
    return shares.length === 3 ? shares : []
  }

  #charge(shares: readonly Share[], cost: number): void {
    shares.forEach((share, depth) => {
      share.cost += cost
      if (depth > 0) shares[depth - 1]!.byCost.changed(share)
    })
  }
}

function idsOf({ party, sponsor, signer }: Holder): [bigint, bigint, bigint] {
  return [party, sponsor, signer]
}
