import { createHash } from 'node:crypto'
import { Failure } from '../../config/failure.ts'
import { type ExportEnd, parseNdjsonEnd } from '../../export/format.ts'
import type { ExportRow } from '../../export/rows.ts'

/** What was asked of a part of an export. */
export interface AskedPart {
  /** Name of the column that has the keys of the rows. */
  key: string
  /** Key after which the rows begin; -1 for the first part. */
  after: number
  /** Rows that were asked for at most. */
  first: number
}

/**
 * Reads a part of an export line by line, and takes nothing that contradicts what was asked: each row has a greater key than the one before, there are no
 * more than were asked for, nothing follows the end, and the end has the rows' count and SHA-256. So a server that lies can neither send a part without
 * end nor the same rows for ever.
 */
export class ExportPart {
  readonly #asked: AskedPart
  readonly #digest = createHash('sha256')
  #count = 0
  #lastKey: number
  #end: ExportEnd | undefined

  constructor(asked: AskedPart) {
    this.#asked = asked
    this.#lastKey = asked.after
  }

  /** True once the end has come: what follows it is not to be read. */
  get isOver(): boolean {
    return this.#end !== undefined
  }

  /** Takes lines as they come. @returns the rows in them @throws Failure EXPORT_DAMAGED */
  take(lines: readonly string[]): ExportRow[] {
    this.#end = endIn(lines.at(-1)!)
    const rows = this.#end === undefined ? lines : lines.slice(0, -1)
    this.#count += rows.length
    if (this.#count > this.#asked.first) throw damaged()
    if (rows.length > 0) this.#digest.update(`${rows.join('\n')}\n`)
    return rows.map((line) => this.#row(line))
  }

  #row(line: string): ExportRow {
    const row = rowIn(line)
    const key = Number(row[this.#asked.key])
    if (!Number.isSafeInteger(key) || key <= this.#lastKey) throw damaged()
    this.#lastKey = key
    return row
  }

  /** What the end says, which is true of the rows. @returns undefined if there was none @throws Failure EXPORT_DAMAGED */
  finish(): ExportEnd | undefined {
    const end = this.#end
    if (end === undefined) return undefined
    const { count, sha256, after, complete } = end
    // A part that does not reach the end of the list has all rows that were asked for, and the next one begins after them.
    const goesOn = complete ? after >= this.#lastKey : after === this.#lastKey && count === this.#asked.first
    if (!goesOn || count !== this.#count || sha256 !== this.#digest.digest('hex')) throw damaged()
    return end
  }
}

/** An export whose rows are not those that were asked for, or not those that its end tells of. */
export function damaged(cause?: unknown): Failure {
  return new Failure('EXPORT_DAMAGED', 'the rows that arrived are not those that the API sent', {
    hint: 'run the same command again with --resume; if it happens again, look for a proxy that changes answers',
    cause,
  })
}

function endIn(line: string): ExportEnd | undefined {
  try {
    return parseNdjsonEnd(line)
  } catch (cause) {
    throw damaged(cause)
  }
}

function rowIn(line: string): ExportRow {
  let row: unknown
  try {
    row = JSON.parse(line)
  } catch (cause) {
    throw damaged(cause)
  }
  if (typeof row !== 'object' || row === null || !Object.values(row).every(isCell)) throw damaged()
  return row as ExportRow
}

const isCell = (value: unknown) => value === null || typeof value === 'string' || typeof value === 'boolean'
