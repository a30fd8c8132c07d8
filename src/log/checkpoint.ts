import { bytesToBase64 } from '../codec/bytes.ts'
import { DecodeError } from '../codec/error.ts'
import { HASH_BYTES } from './merkle.ts'
import { decodeBase64 } from './note.ts'

/** The head of a log: C2SP tlog-checkpoint. */
export interface Checkpoint {
  /** Names the log. */
  origin: string
  /** Number of entries. */
  size: number
  root: Uint8Array
}

/** The text of a checkpoint, three lines. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${bytesToBase64(root)}\n`
}

/** Reads a checkpoint's text. Lines after the third are allowed and mean nothing here. @throws DecodeError `MALFORMED` */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n')
  const [origin, digits, encoded] = lines
  const size = parseSize(digits ?? '')
  const root = decodeBase64(encoded ?? '')
  const isWhole = lines.pop() === '' && lines.length >= 3 && lines.every((line) => line !== '')
  if (origin === undefined || !isWhole || root.length !== HASH_BYTES)
    throw new DecodeError('MALFORMED', 'not a checkpoint')
  return { origin, size, root }
}

/** Reads a number of entries, below 2^53. @throws DecodeError `MALFORMED` */
function parseSize(digits: string): number {
  const size = Number(digits)
  if (!/^(0|[1-9]\d{0,15})$/.test(digits) || !Number.isSafeInteger(size))
    throw new DecodeError('MALFORMED', 'not the size of a log')
  return size
}
