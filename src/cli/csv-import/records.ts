import { isUtf8 } from 'node:buffer'
import { counted } from '../output.ts'

/** A record of a CSV, or why it cannot be read. `line` counts from 1. */
export type CsvRecord = { line: number; cells: string[] } | { line: number; fault: string }

/** What stands between cells: spreadsheets write semicolons where the comma is in numbers, and tabs as text. */
const SEPARATORS = [',', ';', '\t'] as const
type Separator = (typeof SEPARATORS)[number]

/** Bytes of a line, and of a record over several lines, at most. */
const MAX_RECORD_BYTES = 64 * 1024
const LF = 10
const CR = 13

/** A line with its end, except for a longer one than MAX_RECORD_BYTES, which is not kept. */
type Line = Buffer | 'too long'

/**
 * The records of a CSV in UTF-8 (RFC 4180; a byte-order mark, CRLF, CR alone, empty lines, spaces around quotes and a missing last line break are
 * allowed, a first line such as `sep=;` says what separates, and semicolons or tabs in place of the commas, if the first record has more of them). All have as many cells as the first. A fault is that of one line: reading goes on with the next, also after a quote that is never closed.
 */
export async function* readRecords(chunks: AsyncIterable<Buffer>): AsyncGenerator<CsvRecord> {
  const records = new Records()
  for await (const lines of linesOf(chunks)) {
    records.add(lines)
    for (let record = records.next(false); record; record = records.next(false)) yield record
  }
  for (let record = records.next(true); record; record = records.next(true)) yield record
}

/** Lines in batches, one per chunk of input. */
async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line[]> {
  let rest: Buffer = Buffer.alloc(0)
  let skipping = false
  let end: number | undefined
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    end ??= lineEndOf(bytes)
    const lines: Line[] = []
    let from = 0
    for (let at = bytes.indexOf(end ?? LF); at >= 0; at = bytes.indexOf(end ?? LF, from)) {
      const isLong = skipping || at - from > MAX_RECORD_BYTES
      lines.push(isLong ? 'too long' : bytes.subarray(from, at + 1))
      skipping = false
      from = at + 1
    }
    rest = bytes.subarray(from)
    if (rest.length > MAX_RECORD_BYTES) {
      skipping = true
      rest = Buffer.alloc(0)
    }
    yield lines
  }
  yield skipping ? ['too long'] : rest.length > 0 ? [rest] : []
}

/** CR if the first line ends with it alone, else LF; undefined if that cannot be said yet. */
function lineEndOf(bytes: Buffer): number | undefined {
  const cr = bytes.indexOf(CR)
  const lf = bytes.indexOf(LF)
  if (cr < 0 || (lf >= 0 && lf < cr)) return lf < 0 ? undefined : LF
  if (cr + 1 === bytes.length) return undefined
  return bytes[cr + 1] === LF ? LF : CR
}

/** A record with the number of its lines. */
interface Parsed {
  cells: string[]
  separator: Separator
  lines: number
}

/** Puts lines together to records. */
class Records {
  #lines: Line[] = []
  #at = 0
  /** Number of the line at `#at`. */
  #number = 1
  #width: number | undefined
  #separator: Separator | undefined

  add(lines: Line[]): void {
    this.#lines = this.#lines.slice(this.#at).concat(lines)
    this.#at = 0
  }

  /** The next record; undefined if there is none, or if it may go on in lines to come (`isEnd` says that none will). */
  next(isEnd: boolean): CsvRecord | undefined {
    for (;;) {
      while (isBlank(this.#lines[this.#at])) this.#take(1)
      const record = this.#read(isEnd)
      if (record === undefined) return undefined
      const line = this.#number
      if ('fault' in record) {
        this.#take(1)
        return { line, fault: record.fault }
      }
      this.#take(record.lines)
      this.#separator ??= record.separator
      // What spreadsheets write before the header is about the separator alone.
      if (this.#width === undefined && record.cells[0] === 'sep=') continue
      this.#width ??= record.cells.length
      return { line, cells: record.cells }
    }
  }

  #take(lines: number): void {
    this.#at += lines
    this.#number += lines
  }

  #read(isEnd: boolean): { fault: string } | Parsed | undefined {
    let isOpen = false
    let bytes = 0
    for (let i = this.#at; i < this.#lines.length; i++) {
      const line = this.#lines[i]!
      bytes += line.length
      if (line === 'too long' || bytes > MAX_RECORD_BYTES)
        return { fault: isOpen ? 'a quote is not closed' : `it has more than ${MAX_RECORD_BYTES} bytes` }
      // Inside a record, quotes come in pairs.
      if (countQuotes(line) % 2 === 1) isOpen = !isOpen
      if (!isOpen) return this.#parse(this.#lines.slice(this.#at, i + 1) as Buffer[])
    }
    return isOpen && isEnd ? { fault: 'a quote is not closed' } : undefined
  }

  #parse(lines: Buffer[]): { fault: string } | Parsed {
    const bytes = lines.length === 1 ? lines[0]! : Buffer.concat(lines)
    // Invalid UTF-8 would decode to U+FFFD, so that different names would become the same party.
    if (!isUtf8(bytes)) return { fault: 'it is not UTF-8 (spreadsheets save as "CSV UTF-8")' }
    const text = bytes.toString('utf8').replace(/^\ufeff|[\r\n]+$/g, '')
    const separator = this.#separator ?? separatorOf(text)
    const cells = cellsOf(text, separator)
    if (cells === undefined) return { fault: 'it has a quote inside or behind a cell' }
    const width = this.#width ?? cells.length
    return cells.length === width
      ? { cells, separator, lines: lines.length }
      : { fault: `it has ${counted(cells.length, 'cell')}, not ${width}` }
  }
}

function isBlank(line: Line | undefined): boolean {
  return line !== undefined && line.length <= 2 && line[0] !== undefined && (line[0] === LF || line[0] === CR)
}

function countQuotes(line: Buffer): number {
  let count = 0
  for (let at = line.indexOf(34); at >= 0; at = line.indexOf(34, at + 1)) count++
  return count
}

/** The separator that a header has most often, outside quotes; the comma, if no other has more. */
function separatorOf(header: string): Separator {
  const bare = header.replace(/"[^"]*"/g, '')
  const count = (separator: Separator) => bare.split(separator).length
  return SEPARATORS.reduce((best, next) => (count(next) > count(best) ? next : best))
}

const CELLS = new Map(SEPARATORS.map((separator) => [separator, cellPattern(separator)]))

/** A cell with the separator behind it, or at the end of the record. Blanks around quotes are no tabs where tabs separate. */
function cellPattern(separator: Separator): RegExp {
  const blanks = separator === '\t' ? ' *' : '[ \\t]*'
  return new RegExp(`(?:${blanks}"([^"]*(?:""[^"]*)*)"${blanks}|([^"${separator}]*))(${separator}|$)`, 'y')
}

/** The cells of a record, without blanks around them; undefined if a quote is where it may not be. */
function cellsOf(text: string, separator: Separator): string[] | undefined {
  if (!text.includes('"')) return text.split(separator).map((cell) => cell.trim())
  const cell = CELLS.get(separator)!
  cell.lastIndex = 0
  const cells: string[] = []
  for (;;) {
    const found = cell.exec(text)
    if (found === null) return undefined
    cells.push((found[1]?.replaceAll('""', '"') ?? found[2]!).trim())
    if (found[3] === '') return cells
  }
}
