import { throwRejection } from '../../ledger/rejection.ts'
import { MAX_WAITING } from '../../provenance/sections.ts'
import type { TraceCursor } from '../../provenance/types.ts'
import { decodeCursor, encodeCursor } from '../connections/cursor.ts'

/** Longest cursor of a trace: MAX_WAITING assets of 11 characters, and the rest, in base64. */
const MAX_CHARACTERS = 16_384
/** Holdings and depths are below this. */
const LIMIT = 2 ** 31

/** The cursor of a page of a trace: section (0 is the first), unit, depth, whether a path was cut off, and what waits. */
export function encodeTraceCursor(list: string, height: number, end: TraceCursor): string {
  const { section, unit, depth, truncated, waiting } = end
  const first = section === null ? 0 : section + 1
  return encodeCursor(list, {
    height,
    key: [first, unit.toString(), depth, Number(truncated), packed(waiting)],
  })
}

/**
 * Reads a cursor that encodeTraceCursor made. A forged one leads to the wrong page of public data, at no higher cost.
 * @throws RejectionError BAD_CURSOR
 */
export function decodeTraceCursor(
  list: string,
  text: string,
  newest: number,
): { height: number; after: TraceCursor } {
  const { height, key } = decodeCursor(list, text, newest, MAX_CHARACTERS)
  const [first, unit, depth, truncated, waiting, ...more] = key
  if (
    typeof first !== 'number' ||
    typeof unit !== 'string' ||
    !/^\d{1,39}$/.test(unit) ||
    typeof depth !== 'number' ||
    depth >= LIMIT ||
    (truncated !== 0 && truncated !== 1) ||
    typeof waiting !== 'string' ||
    more.length > 0
  ) {
    return damaged()
  }
  const section = first === 0 ? null : first - 1
  return {
    height,
    after: { section, unit: BigInt(unit), depth, truncated: truncated === 1, waiting: unpacked(waiting) },
  }
}

/** Assets in order of their mint holdings as `difference.depth`, in base 36, joined by dashes. */
function packed(waiting: TraceCursor['waiting']): string {
  let previous = 0
  return [...waiting]
    .sort(([a], [b]) => a - b)
    .map(([mint, depth]) => {
      const text = `${(mint - previous).toString(36)}.${depth.toString(36)}`
      previous = mint
      return text
    })
    .join('-')
}

function unpacked(text: string): TraceCursor['waiting'] {
  if (text === '') return []
  let mint = 0
  const waiting = text.split('-').map((part) => {
    const [, difference, depth] = /^([0-9a-z]{1,6})\.([0-9a-z]{1,6})$/.exec(part) ?? damaged()
    mint += Number.parseInt(difference!, 36)
    return [mint, Number.parseInt(depth!, 36)] as const
  })
  if (waiting.length > MAX_WAITING || waiting.some(([mint, depth]) => mint >= LIMIT || depth >= LIMIT))
    damaged()
  return waiting
}

function damaged(): never {
  return throwRejection('BAD_CURSOR', { reason: 'damaged' })
}
