import { concatBytes } from '../codec/bytes.ts'
import { DecodeError } from '../codec/error.ts'

/** Encodes one DER element (X.690) with a definite length of at most 65,535 bytes. */
export function der(tag: number, ...contents: Uint8Array[]): Uint8Array {
  const content = concatBytes(...contents)
  const { length } = content
  const head =
    length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255]
  return concatBytes(new Uint8Array(head), content)
}

/**
 * Reads the DER element at the start, which must have this tag. Lengths of up to 65,535 bytes are read; they need not be minimal.
 * @returns its content, and the bytes after it
 * @throws DecodeError MALFORMED
 */
export function readDer(bytes: Uint8Array, tag: number): { content: Uint8Array; rest: Uint8Array } {
  const bad = () => new DecodeError('MALFORMED', 'not the DER structure expected')
  if (bytes[0] !== tag) throw bad()
  const first = bytes[1] ?? 0
  const lengthBytes = first < 128 ? 0 : first - 128
  if (lengthBytes > 2) throw bad()
  let length = lengthBytes === 0 ? first : 0
  for (let i = 0; i < lengthBytes; i++) length = length * 256 + (bytes[2 + i] ?? 0)
  const start = 2 + lengthBytes
  if (bytes.length < start + length) throw bad()
  return { content: bytes.subarray(start, start + length), rest: bytes.subarray(start + length) }
}
