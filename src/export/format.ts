import type { ExportRow } from './rows.ts'

/** How rows are written. */
export type ExportFormat = 'ndjson' | 'csv'

/** What follows the rows of an export. */
export interface ExportEnd {
  /** Number of rows, without the header of a CSV. */
  count: number
  /** SHA-256 of all bytes before the end, 64 hex digits. */
  sha256: string
  /** Height of the block that the rows are as of. */
  height: number
  /** Key up to which the list was read: a request with this `after` continues. -1 if nothing was. */
  after: number
  /** True if no row follows as of the block. */
  complete: boolean
}

/** One JSON object per line. */
export function ndjsonLine(row: ExportRow): string {
  return `${JSON.stringify(row)}\n`
}

/** The last line of NDJSON. Its only key, `end`, is no column of any list. */
export function ndjsonEnd({ count, height, after, ...rest }: ExportEnd): string {
  const end = { count: String(count), height: String(height), after: String(after), ...rest }
  return `${JSON.stringify({ end })}\n`
}

/** Reads a line that may be the end. @returns undefined if it is a row */
export function parseNdjsonEnd(line: string): ExportEnd | undefined {
  if (!line.startsWith('{"end":')) return undefined
  const { count, height, after, sha256, complete } = (JSON.parse(line) as { end: Record<string, unknown> })
    .end
  return {
    count: Number(count),
    height: Number(height),
    after: Number(after),
    sha256: String(sha256),
    complete: complete === true,
  }
}

/** The header of a CSV. */
export function csvHeader(columns: readonly string[]): string {
  return `${columns.join(',')}\r\n`
}

/** A row of a CSV (RFC 4180): null is an empty cell, and no text can be read as a formula. */
export function csvLine(columns: readonly string[], row: ExportRow): string {
  return `${columns.map((name) => csvCell(row[name] ?? null)).join(',')}\r\n`
}

/**
 * What spreadsheets take for the beginning of a formula: `=`, `+`, `-` and `@`, their full-width forms, tab, carriage return and line feed
 * (OWASP, "CSV Injection"); and the apostrophe itself, so that one at the beginning of a cell is never part of the data.
 */
const GUARDED = /^['=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

function csvCell(value: string | boolean | null): string {
  const text = value === null ? '' : String(value)
  const safe = GUARDED.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
