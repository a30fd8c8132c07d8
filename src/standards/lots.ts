import type { CertifiedHop, JourneyMove } from './journey.ts'

/** A range of a record's units that a journey follows. It has several hops if units came to the holding of the question more than once. */
export interface Lot {
  record: JourneyMove
  /** First unit of the range, counted from the record's first. */
  offset: bigint
  length: bigint
  hops: CertifiedHop[]
}

/** A lot that moved on units which another one brought. */
export interface Flow {
  earlier: Lot
  later: Lot
}

/** The lots that hops are of, each once, in the order of their first hops. */
export function lotsOf(hops: readonly CertifiedHop[]): Lot[] {
  const lots = new Map<string, Lot>()
  for (const hop of hops) {
    const { record, offset, length } = hop
    const name = `${record.position} ${offset} ${length}`
    const lot = lots.get(name)
    if (lot === undefined) lots.set(name, { record, offset, length, hops: [hop] })
    else lot.hops.push(hop)
  }
  return [...lots.values()]
}

/** Where a lot arrived in a holding, or left it: units from `lo` to below `hi`. */
interface Passage {
  lot: Lot
  side: 'arrival' | 'departure'
  lo: bigint
  hi: bigint
}

/** Which lots have units of which others: those that left a holding with units that the others had brought there. PROTOCOL.md, "Coordinates". */
export function* flowsOf(lots: readonly Lot[]): Generator<Flow> {
  const byHolding = new Map<number, Passage[]>()
  const pass = (holding: number, lot: Lot, side: Passage['side'], start: bigint) => {
    const lo = start + lot.offset
    const passages = byHolding.get(holding) ?? []
    passages.push({ lot, side, lo, hi: lo + lot.length })
    byHolding.set(holding, passages)
  }
  for (const lot of lots) {
    const { fromHolding, toHolding, fromStart, toStart, kind } = lot.record
    pass(toHolding, lot, 'arrival', toStart)
    if (kind !== 'issue') pass(fromHolding, lot, 'departure', fromStart)
  }
  for (const passages of byHolding.values()) yield* meetings(passages)
}

/** Pairs of an arrival and a departure that share a unit, found in one sweep over the holding's units. */
function* meetings(passages: Passage[]): Generator<Flow> {
  passages.sort((a, b) => Number(a.lo > b.lo) - Number(a.lo < b.lo))
  let open: Passage[] = []
  for (const passage of passages) {
    open = open.filter(({ hi }) => hi > passage.lo)
    for (const { lot, side } of open) {
      if (side === passage.side) continue
      yield side === 'arrival' ? { earlier: lot, later: passage.lot } : { earlier: passage.lot, later: lot }
    }
    open.push(passage)
  }
}
