import { utf8 } from '../codec/bytes.ts'
import { DecodeError } from '../codec/error.ts'
import { h31 } from '../crypto/h31.ts'
import { isPlainText } from './json-reader.ts'
import { MAX_NOTE_BYTES } from './params.ts'
import { type Rejection, reject } from './rejection.ts'

/** Checks a note: at most 4 KiB of UTF-8, and neither control characters other than line breaks and tabs nor bidirectional controls. */
export function checkNote(note: string): Rejection | null {
  if (note.length > MAX_NOTE_BYTES) return reject('BAD_NOTE', { max: MAX_NOTE_BYTES })
  try {
    const { length } = utf8(note)
    if (length > MAX_NOTE_BYTES) return reject('BAD_NOTE', { bytes: length, max: MAX_NOTE_BYTES })
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return reject('BAD_NOTE', { reason: error.message })
  }
  return isPlainText(note, true)
    ? null
    : reject('BAD_NOTE', { reason: 'control character or bidirectional control' })
}

/** The memo that commits to a note: H31 of its UTF-8. */
export function memoOf(note: string): bigint {
  return h31(note)
}

/** Whether the memo commits to this note. */
export function noteMatches(note: string, memo: bigint): boolean {
  return memoOf(note) === memo
}
