import {
  base64ToBytes,
  bytesToBase64,
  bytesToHex,
  concatBytes,
  hasLoneSurrogate,
  utf8,
} from '../codec/bytes.ts'
import { DecodeError } from '../codec/error.ts'
import { sha256 } from '../crypto/hash.ts'

// Signed notes and verifier keys: C2SP signed-note.

/** Bytes of a note: a checkpoint with the signatures of 128 validators has a fifth of it. */
export const MAX_NOTE_BYTES = 128 * 1024
/** Signature lines of a note. */
const MAX_SIGNATURES = 512
const KEY_ID_BYTES = 4
const SIGNATURE_LINE = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/

/** A signature line. The key's id is only a hint: signatures of unknown keys are ignored. */
export interface NoteSignature {
  /** The name of the key. */
  name: string
  /** 4 bytes. */
  keyId: Uint8Array
  /** What follows the key id. */
  signature: Uint8Array
}

/** A text with its signature lines, none of them checked. */
export interface Note {
  /** With the newline at its end. */
  text: string
  signatures: NoteSignature[]
}

/** A public key that signs notes. */
export interface NoteKey {
  /** Without spaces and plus signs. */
  name: string
  /** Signature type, as signed-note numbers them. */
  type: number
  publicKey: Uint8Array
}

/** The first four bytes of SHA-256(name || newline || type || public key). */
export function keyIdOf({ name, type, publicKey }: NoteKey): Uint8Array {
  return sha256(utf8(`${name}\n`), Uint8Array.of(type), publicKey).slice(0, KEY_ID_BYTES)
}

/** A verifier key as text: name+id+base64(type || public key). */
export function formatKey(key: NoteKey): string {
  const material = bytesToBase64(concatBytes(Uint8Array.of(key.type), key.publicKey))
  return `${key.name}+${bytesToHex(keyIdOf(key))}+${material}`
}

/** Reads a verifier key. @throws DecodeError `MALFORMED` also if its id is not that of the key */
export function parseKey(text: string): NoteKey {
  const [, name, id, material] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? []
  const bytes = material === undefined ? new Uint8Array() : decodeBase64(material)
  if (name === undefined || bytes.length < 2) throw new DecodeError('MALFORMED', 'not a verifier key')
  const key = { name, type: bytes[0]!, publicKey: bytes.slice(1) }
  if (bytesToHex(keyIdOf(key)) !== id)
    throw new DecodeError('MALFORMED', `the id of the key ${name} is wrong`)
  return key
}

/** A signature line, with its newline. */
export function formatSignature({ name, keyId, signature }: NoteSignature): string {
  return `— ${name} ${bytesToBase64(concatBytes(keyId, signature))}\n`
}

/** The text, an empty line, and the signature lines. */
export function formatNote({ text, signatures }: Note): string {
  return `${text}\n${signatures.map(formatSignature).join('')}`
}

/** Reads a note of at least one signature line. @throws DecodeError `MALFORMED` or `TOO_LARGE` */
export function parseNote(note: string): Note {
  const { text, lines } = splitNote(note)
  return { text, signatures: parseSignatures(lines) }
}

/** The text of a note and its signature lines, which are not read yet. @throws DecodeError `MALFORMED` or `TOO_LARGE` */
export function splitNote(note: string): { text: string; lines: string } {
  // No character of a string has more than three bytes.
  if (note.length > MAX_NOTE_BYTES / 3 && utf8(note).length > MAX_NOTE_BYTES)
    throw new DecodeError('TOO_LARGE', `a note has at most ${MAX_NOTE_BYTES} bytes`)
  const end = note.lastIndexOf('\n\n')
  if (end < 0 || hasControls(note) || hasLoneSurrogate(note))
    throw new DecodeError('MALFORMED', 'not a signed note')
  return { text: note.slice(0, end + 1), lines: note.slice(end + 2) }
}

/** Whether a text has an ASCII control character besides the newline. */
function hasControls(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x20 && code !== 0x0a) return true
  }
  return false
}

/** Reads signature lines, at least one. @throws DecodeError `MALFORMED` or `TOO_LARGE` */
export function parseSignatures(lines: string): NoteSignature[] {
  if (!lines.endsWith('\n')) throw new DecodeError('MALFORMED', 'a signature line has no end')
  const split = lines.slice(0, -1).split('\n')
  if (split.length > MAX_SIGNATURES)
    throw new DecodeError('TOO_LARGE', `a note has at most ${MAX_SIGNATURES} signatures`)
  return split.map((line) => {
    const [, name, data] = SIGNATURE_LINE.exec(line) ?? []
    const bytes = data === undefined ? new Uint8Array() : decodeBase64(data)
    if (name === undefined || bytes.length <= KEY_ID_BYTES)
      throw new DecodeError('MALFORMED', 'not a signature line')
    return { name, keyId: bytes.slice(0, KEY_ID_BYTES), signature: bytes.slice(KEY_ID_BYTES) }
  })
}

/** Decodes base64 of RFC 4648, section 4, and no other text for the same bytes. @throws DecodeError `MALFORMED` */
export function decodeBase64(text: string): Uint8Array {
  try {
    const bytes = base64ToBytes(text)
    if (bytesToBase64(bytes) === text) return bytes
  } catch {
    // The platform's decoder is more lenient than the format, but rejects the rest.
  }
  throw new DecodeError('MALFORMED', 'not canonical base64')
}
