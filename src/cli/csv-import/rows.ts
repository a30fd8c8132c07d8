import { RejectionError, reject } from '../../ledger/rejection.ts'
import { unlessForeign } from './foreign.ts'
import { readRecords } from './records.ts'

/** The names of the file's columns; `assetCode`, if given, is the asset of all rows. */
export interface Columns {
  asset?: string
  assetCode?: string
  from: string
  to: string
  amount?: string
  memo?: string
  time?: string
}

/** A row of the file, as text. An empty memo or time is none. */
export interface Row {
  /** Counts from 1, without the header. */
  number: number
  asset: string
  from: string
  to: string
  amount: string
  memo: string | undefined
  time: string | undefined
}

/** A row that cannot be read, and why. */
export interface BadRow {
  number: number
  line: number
  reason: string
}

/**
 * Reads the rows of a CSV; what is allowed says `readRecords`.
 * @throws RejectionError BAD_HEADER: without a header no row can be read
 */
export async function* readRows(
  chunks: AsyncIterable<Buffer>,
  columns: Columns,
): AsyncGenerator<Row | BadRow> {
  let read: ((number: number, cells: string[]) => Row) | undefined
  let number = 0
  const csv = unlessForeign(chunks, (reason) => badHeader({ reason }))
  for await (const record of readRecords(csv)) {
    if (read === undefined) {
      if ('fault' in record) throw badHeader({ reason: record.fault })
      read = readerOf(record.cells, columns)
      continue
    }
    number++
    if ('fault' in record) {
      yield { number, line: record.line, reason: record.fault }
      continue
    }
    const row = read(number, record.cells)
    const empty = (['asset', 'from', 'to'] as const).find((name) => row[name] === '')
    yield empty === undefined ? row : { number, line: record.line, reason: `${empty} is empty` }
  }
  if (read === undefined) throw badHeader({ reason: 'it has only empty lines' })
}

export function isBadRow(row: Row | BadRow): row is BadRow {
  return 'reason' in row
}

function readerOf(header: string[], columns: Columns): (number: number, cells: string[]) => Row {
  const { assetCode, ...named } = columns
  const names = Object.values(named)
  const missing = names.filter((name) => !header.includes(name))
  if (missing.length > 0) {
    throw badHeader({ missing: missing.join(', '), header: header.join(',').slice(0, 200) })
  }
  const twice = header.find((name, i) => header.indexOf(name) !== i && names.includes(name))
  if (twice !== undefined) throw badHeader({ twice })
  const indexOf = (name: string | undefined) => (name === undefined ? -1 : header.indexOf(name))
  const { asset, from, to, amount, memo, time } = columns
  const [assetAt, fromAt, toAt, amountAt, memoAt, timeAt] = [asset, from, to, amount, memo, time].map(indexOf)
  return (number, cells) => ({
    number,
    asset: assetCode ?? cells[assetAt!]!,
    from: cells[fromAt!]!,
    to: cells[toAt!]!,
    amount: cells[amountAt!] ?? '1',
    memo: cells[memoAt!] || undefined,
    time: cells[timeAt!] || undefined,
  })
}

function badHeader(data: Record<string, string>): RejectionError {
  return new RejectionError(reject('BAD_HEADER', { line: 1, ...data }))
}
