import type { LedgerRecord } from '../ledger/record.ts'
import { judgeAge } from '../verify/judgment.ts'
import type {
  CertificateReport,
  CertifiedContent,
  Freshness,
  HeldUnits,
  Judgment,
  VerifyOptions,
} from './report.ts'

/** What a certificate shows of the present. */
export type Shown = Pick<CertifiedContent, 'header' | 'timeMs' | 'held'>

/**
 * Whether a certificate still holds. By its age; and if a newer certificate is at hand, by what that shows of the units that are still somewhere
 * as of this one. PROTOCOL.md, "Certificates of origin".
 * @param newer what checking the newer certificate came to
 */
export function judgeFresh(
  shown: Shown,
  newer: CertificateReport | undefined,
  options: Pick<VerifyOptions, 'nowMs' | 'maxAgeMs'>,
): Freshness {
  const own = judgeAge(shown.timeMs, options)
  if (newer === undefined) return own
  const { content, intact, final } = newer
  if (content === undefined || final.verdict !== 'yes')
    return unknown(
      `the newer certificate cannot be relied on: ${content === undefined ? intact.reason : final.reason}`,
    )
  const height = content.header.height - 1
  if (content.header.height <= shown.header.height)
    return unknown(`the other certificate is as of height ${height}, so it is not newer`)
  const { gone, isThere } = lookUp(shown.held, content)
  if (gone !== undefined)
    return { verdict: 'no', hasLeft: true, reason: `held then, not now: ${gone} by height ${height}` }
  if (!isThere)
    return { ...own, reason: `${own.reason}; the newer certificate does not show where the units are now` }
  const still = `all units are still where they were as of height ${height}`
  const { verdict, reason } = judgeAge(content.timeMs, options)
  return {
    verdict: options.maxAgeMs === undefined ? 'yes' : verdict,
    isThere: true,
    reason: `${still}: ${reason}`,
  }
}

const unknown = (reason: string): Judgment => ({ verdict: 'unknown', reason })

/** Which of the units a newer certificate shows to have left, and whether it shows that all are still there. */
function lookUp(
  held: readonly HeldUnits[],
  { certificate, records }: CertifiedContent,
): { gone: string | undefined; isThere: boolean } {
  const counters = new Map(certificate.holdings.map(({ index, outTotal }) => [index, outTotal]))
  const departures = departuresOf([...records.values()].map(({ record }) => record))
  let isThere = held.length > 0
  for (const { holding, lo, hi } of held) {
    const record = lastBefore(departures.get(holding) ?? [], hi)
    if (record !== undefined && record.fromStart + record.amount > lo)
      return { gone: `units of holding ${holding} left with record ${record.position}`, isThere: false }
    const outTotal = counters.get(holding)
    if (outTotal === undefined) isThere = false
    else if (outTotal > lo) return { gone: `units of holding ${holding} had left`, isThere: false }
  }
  return { gone: undefined, isThere }
}

/** The records that moved units out of each holding, in order of these units. */
function departuresOf(records: readonly LedgerRecord[]): Map<number, LedgerRecord[]> {
  const departures = new Map<number, LedgerRecord[]>()
  for (const record of records) {
    if (record.kind === 'register') continue
    const list = departures.get(record.fromHolding)
    if (list === undefined) departures.set(record.fromHolding, [record])
    else list.push(record)
  }
  for (const list of departures.values())
    list.sort((a, b) => Number(a.fromStart > b.fromStart) - Number(a.fromStart < b.fromStart))
  return departures
}

/** The last record that begins before a unit. Records of a holding do not overlap, so it is the one that reaches furthest. */
function lastBefore(records: readonly LedgerRecord[], unit: bigint): LedgerRecord | undefined {
  let [lo, hi] = [0, records.length]
  while (lo < hi) {
    const middle = (lo + hi) >> 1
    if (records[middle]!.fromStart < unit) lo = middle + 1
    else hi = middle
  }
  return records[lo - 1]
}
