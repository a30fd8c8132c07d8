import { createReadStream } from 'node:fs'
import { type Info, parse } from 'csv-parse'
import { RejectionError, reject } from '../../ledger/rejection.ts'
import { UsageError } from '../failures.ts'

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

/** A row of the file, as text. */
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

const MAX_LINE_BYTES = 64 * 1024

/**
 * Reads a CSV in UTF-8 (RFC 4180; a byte-order mark, CRLF, spaces after commas and a missing last newline are allowed).
 * @throws RejectionError BAD_HEADER, BAD_ROW with the line; UsageError if the file cannot be read
 */
export async function* readRows(file: string, columns: Columns): AsyncGenerator<Row> {
  let hasHeader = false
  const source = createReadStream(file)
  const parser = source.pipe(
    parse({
      bom: true,
      ltrim: true,
      info: true,
      columns: (header: string[]) => {
        hasHeader = true
        return checkHeader(
          header.map((name) => name.trim()),
          columns,
        )
      },
      skip_empty_lines: true,
      max_record_size: MAX_LINE_BYTES,
    }),
  )
  source.once('error', (error) => parser.destroy(error))
  let number = 0
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: Record<string, string>
      info: Info
    }>) {
      yield rowOf(++number, record, columns, info.lines)
    }
    if (!hasHeader) checkHeader([], columns)
  } catch (error) {
    throw readable(error, file)
  }
}

function checkHeader(header: string[], columns: Columns): string[] {
  const { assetCode: _, ...named } = columns
  const missing = Object.values(named).filter((name) => !header.includes(name))
  if (missing.length > 0) {
    throw new RejectionError(
      reject('BAD_HEADER', { line: 1, missing: missing.join(', '), header: header.join(',').slice(0, 200) }),
    )
  }
  const twice = header.find((name, i) => header.indexOf(name) !== i && Object.values(named).includes(name))
  if (twice !== undefined) throw new RejectionError(reject('BAD_HEADER', { line: 1, twice }))
  return header
}

function rowOf(number: number, record: Record<string, string>, columns: Columns, line: number): Row {
  const value = (name: string | undefined) => (name === undefined ? undefined : record[name]!.trim())
  const row = {
    number,
    asset: columns.assetCode ?? value(columns.asset)!,
    from: value(columns.from)!,
    to: value(columns.to)!,
    amount: value(columns.amount) ?? '1',
    memo: value(columns.memo),
    time: value(columns.time),
  }
  // Invalid UTF-8 decodes to U+FFFD, so that different names would become the same party.
  if (Object.values(row).some((text) => String(text).includes('\ufffd')))
    throw new RejectionError(reject('BAD_ROW', { line, row: number, reason: 'it is not UTF-8' }))
  for (const name of ['asset', 'from', 'to'] as const) {
    if (row[name] === '')
      throw new RejectionError(reject('BAD_ROW', { line, row: number, reason: `${name} is empty` }))
  }
  return row
}

/** Translates errors of the file system and the CSV parser. */
function readable(error: unknown, file: string): unknown {
  if (error instanceof RejectionError) return error
  const { code, message, lines } = error as { code?: string; message: string; lines?: number }
  if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR')
    return new UsageError(`${file} cannot be read (${code})`)
  if (code?.startsWith('CSV_'))
    return new RejectionError(reject('BAD_ROW', { line: lines ?? 0, reason: message.slice(0, 200) }))
  return error
}
