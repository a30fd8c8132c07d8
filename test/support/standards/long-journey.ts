import type { Journey, JourneyAsset, JourneyHop, JourneyRecord } from '../../../src/standards/journey.ts'

/** The asset of these journeys. */
export const LOT: JourneyAsset = {
  code: 'LOT-1',
  name: 'Coffee',
  decimals: 1,
  madeFrom: [],
  custody: 'segregated',
}

/** A chain of transfers of 1.5 units, from each of the parties to the next; `change` is of all its records. */
export function longJourney(length: number, parties: number, change: Partial<JourneyRecord> = {}): Journey {
  const party = (i: number) => ({ address: `inp1party${String(i % parties).padStart(13, '0')}`, name: null })
  const hops = Array.from({ length }, (_, i): JourneyHop => {
    const place = {
      position: length - i,
      hash: String(i),
      blockMs: Date.UTC(2030, 0, 1) + (length - i) * 1_000,
    }
    const record = {
      ...place,
      kind: 'transfer' as const,
      from: party(i + 1),
      to: party(i),
      asset: LOT,
      note: null,
    }
    return { record: { ...record, ...change }, unit: 0n, length: 15n, depth: i + 1 }
  })
  return { direction: 'BACKWARD', height: 600, hops, isComplete: true }
}
