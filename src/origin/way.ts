import type { CertifiedHolding } from '../certificate/certificate.ts'
import type { CertifiedContent } from '../certificate/report.ts'
import { Failure } from '../config/failure.ts'
import { MINT } from '../ledger/params.ts'
import type { LedgerRecord } from '../ledger/record.ts'

/** Units of a holding. */
export interface WantedUnits {
  asset: bigint
  /** Who holds them; by default the only holder that the certificate shows. */
  account?: bigint
  /** Units of the balance before them, the oldest first. */
  offset: bigint
  /** Number of units; by default as many as came the same way. */
  length?: bigint
}

/** How units came into their holding. */
export interface Way {
  holding: CertifiedHolding
  /** The first of the units, counted as the holding's arrivals. */
  unit: bigint
  length: bigint
  /** The records that moved them, the last to arrive first, the issue last. */
  hops: readonly Hop[]
  /** Serial of the first of the units. */
  serial: bigint
}

/** A record on the way of units. */
export interface Hop {
  record: LedgerRecord
  /** Units of the record before these. */
  offset: bigint
}

/**
 * Finds how units came into their holding, in a certificate that is intact. It may be of a larger range.
 * @param maxHops of the largest circuit
 * @throws Failure `NO_UNITS` if the certificate shows no such holder or units, `NOT_CERTIFIED` if it does not show how they came, `UNITS_SPLIT` if
 * they came by different ways, `TOO_MANY_HOPS`
 */
export function wayOf(
  { certificate, records }: Pick<CertifiedContent, 'certificate' | 'records'>,
  wanted: WantedUnits,
  maxHops: number,
): Way {
  const holding = holdingOf(certificate.holdings, wanted)
  const unit = holding.outTotal + wanted.offset
  const balance = holding.inTotal - unit
  const least = wanted.length ?? 1n
  if (wanted.offset < 0n || least < 1n || least > balance)
    throw new Failure('NO_UNITS', `the holding has ${holding.inTotal - holding.outTotal} units`)
  let length = wanted.length ?? balance
  const all = [...records.values()].map(({ record }) => record)
  const hops: Hop[] = []
  let at = { holding: holding.index, unit }
  for (;;) {
    const record = arrivalIn(all, at)
    if (record === undefined)
      throw new Failure('NOT_CERTIFIED', 'the certificate does not show how these units got there', {
        hint: 'take a certificate of these units, or of a range that has them: ictl certificate',
      })
    const offset = at.unit - record.toStart
    length = together(record.amount - offset, length, wanted)
    hops.push({ record, offset })
    if (record.from === MINT) break
    if (hops.length === maxHops)
      throw new Failure(
        'TOO_MANY_HOPS',
        `these units moved more often than the ${maxHops} times that a proof can show`,
      )
    at = { holding: record.fromHolding, unit: record.fromStart + offset }
  }
  const { record, offset } = hops.at(-1)!
  return { holding, unit, length, hops, serial: record.fromStart + offset }
}

function holdingOf(holdings: readonly CertifiedHolding[], { asset, account }: WantedUnits): CertifiedHolding {
  const found = holdings.filter(
    (holding) =>
      holding.assetId === asset &&
      holding.account !== MINT &&
      holding.outTotal < holding.inTotal &&
      (account === undefined || holding.account === account),
  )
  if (found.length === 1) return found[0]!
  throw new Failure(
    'NO_UNITS',
    found.length === 0
      ? 'the certificate shows nobody who holds such units'
      : `the certificate shows ${found.length} holders of this asset`,
    { hint: 'say whose units: --address' },
  )
}

function arrivalIn(records: readonly LedgerRecord[], at: { holding: number; unit: bigint }) {
  return records.find(
    ({ kind, toHolding, toStart, amount }) =>
      kind !== 'register' && toHolding === at.holding && toStart <= at.unit && at.unit < toStart + amount,
  )
}

/** How many of the units are still together, if a record brought `arrived` of them. */
function together(arrived: bigint, length: bigint, wanted: WantedUnits): bigint {
  if (arrived >= length) return length
  if (wanted.length === undefined) return arrived
  throw new Failure('UNITS_SPLIT', `only the first ${arrived} of these units came the same way`, {
    hint: 'prove them apart, with --offset and --length; without --length, as many as came the same way',
  })
}
