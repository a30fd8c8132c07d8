import { fieldToHex } from '../crypto/field.ts'
import { type Rejection, reject } from '../ledger/rejection.ts'
import type { Line, PoolEntry } from './entry.ts'
import type { PendingView } from './pending-view.ts'

/** How far the payments into a holding are added up. */
interface Covered {
  /** Units that the holding has received before the entry that is looked at. */
  received: bigint
  ins: Iterator<PoolEntry>
  next: PoolEntry | undefined
}

/**
 * Finds which entries no longer apply when some leave: what spends from the same holding after one of them, what spends units that one of them
 * brought, and what is made from a retirement among them. These are the entries that applying all others again, in order of arrival, would
 * reject; but only the holdings concerned are looked at: n entries there take n log n steps.
 */
export class Departures {
  /** Who leaves, with the reason. Complete once `close` has returned true. */
  readonly entries = new Map<PoolEntry, Rejection>()
  readonly #pending: PendingView
  readonly #many: { entries: Iterator<PoolEntry>; rejection: Rejection }[] = []
  /** Holdings whose spending entries may have gaps between them. */
  readonly #broken = new Set<Line>()
  /** Holdings that lose units. */
  readonly #poorer = new Set<Line>()
  readonly #covered = new Map<Line, Covered>()
  /** Entries whose cover is in doubt. They are looked at in order of arrival, so that what an entry rests on is decided before it. */
  readonly #doubtful = new EarliestFirst()

  constructor(pending: PendingView) {
    this.#pending = pending
  }

  /** Lets an entry leave. */
  add(entry: PoolEntry, rejection: Rejection): void {
    if (this.entries.has(entry)) return
    this.entries.set(entry, rejection)
    if (!this.#broken.has(entry.line) && !this.#isLast(entry)) this.#broken.add(entry.line)
    this.#poorer.add(entry.payee)
    if (entry.kind !== 'retire') return
    const made = this.#pending.madeFrom(entry.hash)
    if (made !== undefined) this.add(made, reject('UNKNOWN_RETIREMENT', { transfer: fieldToHex(entry.hash) }))
  }

  /** Lets all of these leave. They are read by `close`. */
  addAll(entries: Iterable<PoolEntry>, rejection: Rejection): void {
    this.#many.push({ entries: entries[Symbol.iterator](), rejection })
  }

  /** Has the entries that spend from a holding looked at, because the final state of the holding changed. */
  spent(account: bigint, assetId: bigint): void {
    const line = this.#pending.line(account, assetId)
    if (line !== undefined) this.#broken.add(line)
  }

  /** Adds what no longer applies, and looks at some `steps` entries for that. @returns whether all are found */
  close(steps = Number.POSITIVE_INFINITY): boolean {
    for (let left = steps; left > 0; ) {
      const many = this.#many[0]
      if (many !== undefined) {
        const { done, value } = many.entries.next()
        left -= 1
        if (done === true) this.#many.shift()
        else this.add(value, many.rejection)
        continue
      }
      const broken = takeFrom(this.#broken)
      if (broken !== undefined) {
        left -= broken.outs.size
        this.#closeGaps(broken)
        continue
      }
      const poorer = takeFrom(this.#poorer)
      if (poorer !== undefined) {
        left -= 1
        this.#doubt(poorer)
        continue
      }
      const entry = this.#doubtful.pop()
      if (entry === undefined) return true
      left -= 1
      if (!this.entries.has(entry)) this.#checkCover(entry)
    }
    return false
  }

  /** Most entries that give way are the latest of their holding: nothing is behind them. */
  #isLast({ kind, line, record }: PoolEntry): boolean {
    if (kind === 'register' || line.outs.size === 1) return true
    const outTotal = this.#pending.holding(line.account, line.assetId)?.outTotal
    return record.fromStart + record.amount === outTotal
  }

  #closeGaps(line: Line): void {
    let expected = this.#pending.final.holding(line.account, line.assetId)?.outTotal ?? 0n
    let stale: Rejection | undefined
    for (const entry of line.outs) {
      if (this.entries.has(entry)) continue
      const { fromStart, amount } = entry.record
      if (fromStart === expected) expected += amount
      else {
        stale ??= reject('STALE_START', { expected })
        this.add(entry, stale)
      }
    }
    this.#broken.delete(line)
  }

  /** What is final already covers an entry for good. */
  #doubt(line: Line): void {
    if (line.outs.size === 0 || this.#covered.has(line)) return
    const received = this.#pending.final.holding(line.account, line.assetId)?.inTotal ?? 0n
    const ins = line.ins.values()
    this.#covered.set(line, { received, ins, next: ins.next().value })
    for (const entry of line.outs) {
      if (entry.record.fromStart + entry.record.amount > received && !this.entries.has(entry))
        this.#doubtful.push(entry)
    }
  }

  #checkCover(entry: PoolEntry): void {
    const { line, arrival, record } = entry
    const covered = this.#covered.get(line)!
    for (; covered.next !== undefined && covered.next.arrival < arrival; ) {
      if (!this.entries.has(covered.next)) covered.received += covered.next.record.amount
      covered.next = covered.ins.next().value
    }
    const balance = covered.received - record.fromStart
    if (balance < record.amount)
      this.add(entry, reject('INSUFFICIENT_BALANCE', { balance, amount: record.amount }))
  }
}

function takeFrom<T>(set: Set<T>): T | undefined {
  for (const item of set) {
    set.delete(item)
    return item
  }
  return undefined
}

/** Entries, the earliest arrival first: a binary heap. */
class EarliestFirst {
  readonly #heap: PoolEntry[] = []

  push(entry: PoolEntry): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(entry)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (heap[parent]!.arrival <= entry.arrival) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = entry
  }

  pop(): PoolEntry | undefined {
    const heap = this.#heap
    const [first] = heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return first
    let at = 0
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && heap[child + 1]!.arrival < heap[child]!.arrival) child += 1
      if (heap[child]!.arrival >= last.arrival) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = last
    return first
  }
}
