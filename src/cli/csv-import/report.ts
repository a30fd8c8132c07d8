import { writeFileSync } from 'node:fs'
import type { Outcome } from './journal.ts'

/** Writes a CSV with one line per row of the imported file, in order: row, status, code, hash. */
export function writeReport(path: string, outcomes: Iterable<Outcome>): void {
  const rows = [...outcomes].sort((a, b) => a.row - b.row)
  const lines = rows.map(({ row, status, code, hash }) => `${row},${status},${code},${hash}`)
  writeFileSync(path, `${['row,status,code,hash', ...lines].join('\n')}\n`)
}

/** Writes a CSV with the address of each name. */
export function writeParties(path: string, parties: Iterable<{ name: string; address: string }>): void {
  const lines = [...parties].map(({ name, address }) => `${quoted(name)},${address}`)
  writeFileSync(path, `${['name,address', ...lines].join('\n')}\n`)
}

/** A CSV field, quoted if needed. RFC 4180. */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text
}
