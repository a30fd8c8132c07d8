import type { LedgerRecord } from '../ledger/record.ts'
import type { StateChanges } from '../ledger/state.ts'

/** A period in which a holding was not empty: from the record that filled it to the one that emptied it, if any. */
export interface Span {
  holding: number
  assetId: bigint
  opened: number
  emptied: number | null
}

/**
 * The changes of a block to the spans of holdings: spans that began in the block (and may have ended in it), and ends of earlier spans. The
 * counters at each record are computed backwards from those after the block, because a record states both counters as they were before it.
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
