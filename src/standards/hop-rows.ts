import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8 } from '../codec/bytes.ts'
import { csvHeader, csvLine, ndjsonEnd, ndjsonLine } from '../export/format.ts'
import type { ExportRow } from '../export/rows.ts'
import { eventTimeOf, isoTime } from './event-time.ts'
import type { CertifiedHop, CertifiedJourney } from './journey.ts'

const COLUMNS = [
  'row',
  'unit',
  'depth',
  'behind',
  'offset',
  'length',
  'position',
  'hash',
  'kind',
  'timestamp',
  'recorded',
  'asset',
  'custody',
  'from',
  'to',
  'note',
] as const

/** A hop as a row of texts: integers as decimal digits, `timestamp` when it happened, `recorded` the time of its block. */
function rowOf({ record, unit, depth, behind, offset, length }: CertifiedHop, i: number): ExportRow {
  const row: Record<(typeof COLUMNS)[number], string | null> = {
    row: String(i),
    unit: String(unit),
    depth: String(depth),
    behind,
    offset: String(offset),
    length: String(length),
    position: String(record.position),
    hash: record.hash,
    kind: record.kind.toUpperCase(),
    timestamp: isoTime(eventTimeOf(record).ms),
    recorded: isoTime(record.blockMs),
    asset: record.asset.code,
    custody: record.asset.custody,
    from: record.from.address,
    to: record.to.address,
    note: record.note,
  }
  return row
}

/** The hops of a journey as CSV (RFC 4180), in parts. No text can be read as a formula. */
export function* hopsCsv({ hops }: CertifiedJourney): Generator<string> {
  yield csvHeader(COLUMNS)
  for (const [i, hop] of hops.entries()) yield csvLine(COLUMNS, rowOf(hop, i))
}

/** The hops of a journey as NDJSON, in parts. The last line has the number of rows and the SHA-256 of the bytes before it, as exports of lists do. */
export function* hopsNdjson({ hops, height, isComplete }: CertifiedJourney): Generator<string> {
  const digest = sha256.create()
  for (const [i, hop] of hops.entries()) {
    const line = ndjsonLine(rowOf(hop, i))
    digest.update(utf8(line))
    yield line
  }
  const end = { count: hops.length, height, after: hops.length - 1, complete: isComplete }
  yield ndjsonEnd({ ...end, sha256: bytesToHex(digest.digest()) })
}
