import type { LedgerRecord } from '../../ledger/record.ts'
import type { Holding } from '../../ledger/state.ts'

/**
 * The values of holdings before the last records of a block, found by undoing those records. This needs no stored state, because each record
 * names its sender's outTotal and its receiver's inTotal before it (PROTOCOL.md, "Coordinates"). Undefined where the holding was not open yet.
 * @param holdings values after the block, at least of every holding that a record of `tail` names
 * @param tail the block's last records, in order
 */
export function rewind(
  holdings: ReadonlyMap<number, Holding>,
  tail: readonly LedgerRecord[],
): Map<number, Holding | undefined> {
  const before = new Map<number, Holding | undefined>()
  const holdingAt = (index: number): Holding => {
    const value = before.has(index) ? before.get(index) : holdings.get(index)
    if (value === undefined)
      throw new Error(`holding ${index} was touched by a record and is not in the changes`)
    return value
  }
  for (const record of tail.toReversed()) {
    const receiver = holdingAt(record.toHolding)
    before.set(record.toHolding, record.toStart === 0n ? undefined : { ...receiver, inTotal: record.toStart })
    if (record.kind === 'register') continue
    before.set(record.fromHolding, { ...holdingAt(record.fromHolding), outTotal: record.fromStart })
  }
  return before
}

/**
 * Whether the counters that the newest records changed are where these records left them.
 * @param holdings values after the records, of every holding that one of them names
 */
export function doesFollow(holdings: ReadonlyMap<number, Holding>, tail: readonly LedgerRecord[]): boolean {
  const received = new Map<number, bigint>()
  const sent = new Map<number, bigint>()
  for (const { kind, fromHolding, fromStart, toHolding, toStart, amount } of tail) {
    received.set(toHolding, toStart + amount)
    if (kind !== 'register') sent.set(fromHolding, fromStart + amount)
  }
  return (
    [...received].every(([index, total]) => holdings.get(index)?.inTotal === total) &&
    [...sent].every(([index, total]) => holdings.get(index)?.outTotal === total)
  )
}
