import { writeFileSync } from 'node:fs'
import type { Outcome } from './journal.ts'

/** One row a row of the file, in order: row, status, code, hash. */
export function writeReport(path: string, outcomes: Iterable<Outcome>): void {
  const rows = [...outcomes].sort((a, b) => a.row - b.row)
  const lines = rows.map(({ row, status, code, hash }) => `${row},${status},${code},${hash}`)
  writeFileSync(path, `${['row,status,code,hash', ...lines].join('\n')}\n`)
}

/** Which address stands for which name. */
export function writeParties(path: string, parties: Iterable<{ name: string; address: string }>): void {
  const lines = [...parties].map(({ name, address }) => `${quoted(name)},${address}`)
  writeFileSync(path, `${['name,address', ...lines].join('\n')}\n`)
}

/** RFC 4180. */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text
}
