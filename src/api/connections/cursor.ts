import { createHash } from 'node:crypto'
import { canonicalJson } from '../../codec/canonical-json.ts'
import { RejectionError, reject } from '../../ledger/rejection.ts'

const VERSION = 1
/** Longest cursor of a list. */
const MAX_CURSOR_CHARACTERS = 512

/** The position of a cursor: an item of a list, as of a block. */
export interface Cursor {
  height: number
  /** The item's sort key; numbers are safe integers. */
  key: readonly (number | string)[]
}

/**
 * The name of a list: its kind and its filter. A cursor is valid only in the list that it came from.
 * @param filter JSON values; undefined properties are left out
 */
export function listName(kind: string, filter: Record<string, unknown> = {}): string {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined && value !== null)
  const text = canonicalJson(Object.fromEntries(given.map(([key, value]) => [key, String(value)])))
  return `${kind}:${createHash('sha256').update(text).digest('base64url').slice(0, 16)}`
}

/** The opaque form of a cursor: base64url over [version, list, height, key...]. */
export function encodeCursor(list: string, cursor: Cursor): string {
  return Buffer.from(JSON.stringify([VERSION, list, cursor.height, ...cursor.key])).toString('base64url')
}

/**
 * Reads a cursor of `list`.
 * @param height of the newest final block
 * @param maxCharacters longer texts are damaged
 * @throws RejectionError BAD_CURSOR if it is damaged, of another version, of another list or filter, or as of a block above `height`
 */
export function decodeCursor(
  list: string,
  text: string,
  height: number,
  maxCharacters = MAX_CURSOR_CHARACTERS,
): Cursor {
  const parts = text.length > maxCharacters ? undefined : parse(text)
  if (parts === undefined) throw bad('damaged')
  const [version, cursorList, cursorHeight, ...key] = parts
  if (version !== VERSION) throw bad('version')
  if (cursorList !== list) throw bad('filter')
  if (!isCounter(cursorHeight) || cursorHeight > height) throw bad('height')
  if (!key.every((part) => isCounter(part) || typeof part === 'string')) throw bad('damaged')
  return { height: cursorHeight, key: key as (number | string)[] }
}

function parse(text: string): unknown[] | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) return undefined
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    return Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Reads a cursor whose key is one integer: a height, a position or an index. @throws RejectionError BAD_CURSOR */
export function decodeNumberCursor(
  list: string,
  text: string,
  height: number,
): { height: number; key: number } {
  const { key, ...rest } = decodeCursor(list, text, height)
  const [number, ...more] = key
  if (typeof number !== 'number' || more.length > 0) throw bad('damaged')
  return { ...rest, key: number }
}

const isCounter = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

const bad = (reason: 'damaged' | 'version' | 'filter' | 'height') =>
  new RejectionError(reject('BAD_CURSOR', { reason }))
