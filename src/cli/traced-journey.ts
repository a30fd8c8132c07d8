import type { CustodyModel } from '../ledger/asset.ts'
import type { TraceDirection } from '../provenance/types.ts'
import type { Journey, JourneyRecord, Party } from '../standards/journey.ts'
import { custodyWords, isNamed, type Traced, type TracedTransfer } from './draw-trace.ts'

/** The answer to a trace as a journey, which pictures are made of. */
export function journeyOfTrace({ height, hops, truncated }: Traced, direction: TraceDirection): Journey {
  const records = new Map<string, JourneyRecord>()
  const recordOf = (transfer: TracedTransfer) => {
    const record = records.get(transfer.hash) ?? toRecord(transfer)
    records.set(transfer.hash, record)
    return record
  }
  return {
    direction,
    height: Number(height),
    isComplete: !truncated,
    hops: hops.map(({ transfer, unit, length, depth }) => ({
      record: recordOf(transfer),
      unit: BigInt(unit),
      length: BigInt(length),
      depth,
    })),
  }
}

const known = (party: Party): Party => (isNamed(party) ? party : { ...party, name: null })

function toRecord({ position, hash, kind, timestamp, from, to, note, asset }: TracedTransfer): JourneyRecord {
  return {
    position: Number(position),
    hash,
    kind: kind.toLowerCase() as JourneyRecord['kind'],
    blockMs: Date.parse(timestamp),
    from: known(from),
    to: known(to),
    note,
    asset: {
      ...asset,
      madeFrom: asset.madeFrom.map((retirement) => retirement.hash),
      custody: asset.custody === null ? null : (custodyWords(asset.custody) as CustodyModel),
    },
  }
}
