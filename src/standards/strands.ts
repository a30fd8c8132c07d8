import { hopsByRecord, type Journey, type JourneyAsset, type JourneyRecord, type Party } from './journey.ts'

/** Most strands of a picture; those with the fewest records are folded into one line. */
export const MAX_STRANDS = 24

/** What moved between two parties, all records together. */
export interface Strand {
  asset: JourneyAsset
  kind: JourneyRecord['kind']
  /** Nobody where units were issued. */
  from: Party | undefined
  /** Nobody where units were retired. */
  to: Party | undefined
  /** What the retired units were made into. */
  product: JourneyAsset | undefined
  /** Traced units that moved. */
  units: bigint
  records: number
  firstMs: number
  lastMs: number
}

/** The strands of a picture, and how many strands and records are left out of it. */
export interface Strands {
  shown: Strand[]
  folded: { strands: number; records: number }
}

/** The hops of a journey as strands, in order of their first records. If there are more than MAX_STRANDS, those of the fewest records are folded. */
export function strandsOf({ hops }: Journey): Strands {
  const groups = [...hopsByRecord(hops)].sort(([a], [b]) => a.position - b.position)
  const products = new Map<string, JourneyAsset>()
  for (const [{ asset }] of groups) for (const hash of asset.madeFrom) products.set(hash, asset)
  const strands = new Map<string, Strand>()
  for (const [record, own] of groups) {
    const { asset, kind, from, to, blockMs } = record
    const product = kind === 'retire' ? products.get(record.hash) : undefined
    const name = [asset.code, kind, from.address, to.address, product?.code].join(' ')
    const strand = strands.get(name) ?? {
      ...{ asset, kind, product, units: 0n, records: 0, firstMs: blockMs, lastMs: blockMs },
      from: kind === 'issue' || kind === 'reinstate' ? undefined : from,
      to: kind === 'retire' ? undefined : to,
    }
    strands.set(name, strand)
    strand.records++
    strand.lastMs = blockMs
    for (const { length } of own) strand.units += length
  }
  return fold([...strands.values()])
}

function fold(strands: Strand[]): Strands {
  if (strands.length <= MAX_STRANDS) return { shown: strands, folded: { strands: 0, records: 0 } }
  const largest = strands.toSorted((a, b) => b.records - a.records).slice(0, MAX_STRANDS)
  const kept = new Set(largest)
  const left = strands.filter((strand) => !kept.has(strand))
  const records = left.reduce((sum, strand) => sum + strand.records, 0)
  return { shown: strands.filter((strand) => kept.has(strand)), folded: { strands: left.length, records } }
}
