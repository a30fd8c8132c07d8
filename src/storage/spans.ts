import type { LedgerRecord } from '../ledger/record.ts'
import type { StateChanges } from '../ledger/state.ts'

/** A time in which a holding was not empty: from the record that filled it to the one that emptied it, if one did. */
export interface Span {
  holding: number
  assetId: bigint
  opened: number
  emptied: number | null
}

/**
 * What a block's records did to the spans of holdings: spans begun in it (and perhaps ended too), and ends of earlier ones. Counters at
 * each record follow from the final ones by walking backwards: a record says both counters as they were before it.
 */
export function spansOf(
  records: readonly LedgerRecord[],
  changes: Pick<StateChanges, 'holdings'>,
): { begun: Span[]; ended: { holding: number; position: number }[] } {
  const counters = new Map([...changes.holdings].map(([id, h]) => [id, { in: h.inTotal, out: h.outTotal }]))
  const events: { holding: number; assetId: bigint; position: number; filled: boolean }[] = []
  for (let i = records.length - 1; i >= 0; i--) {
    const { kind, position, fromHolding, toHolding, assetId, fromStart, toStart } = records[i]!
    if (kind !== 'register') {
      const from = counters.get(fromHolding)!
      if (from.in === from.out) events.push({ holding: fromHolding, assetId, position, filled: false })
      from.out = fromStart
    }
    const to = counters.get(toHolding)!
    to.in = toStart
    if (to.in === to.out) events.push({ holding: toHolding, assetId, position, filled: true })
  }
  const begun: Span[] = []
  const ended: { holding: number; position: number }[] = []
  const open = new Map<number, Span>()
  for (const { holding, assetId, position, filled } of events.reverse()) {
    const current = open.get(holding)
    if (filled) {
      const span = { holding, assetId, opened: position, emptied: null }
      open.set(holding, span)
      begun.push(span)
    } else if (current === undefined) ended.push({ holding, position })
    else {
      current.emptied = position
      open.delete(holding)
    }
  }
  return { begun, ended }
}
