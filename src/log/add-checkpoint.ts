import { bytesToBase64, utf8Decode } from '../codec/bytes.ts'
import { DecodeError } from '../codec/error.ts'
import { HASH_BYTES } from './merkle.ts'
import { decodeBase64, MAX_NOTE_BYTES, type NoteSignature, parseSignatures } from './note.ts'
import { MAX_PROOF_HASHES } from './proofs.ts'

// What a log asks of a witness, and what that answers: C2SP tlog-witness, "add-checkpoint".

/** Path of the request below the witness's address. */
export const ADD_CHECKPOINT = '/add-checkpoint'
/** Type of an answer that says which size the witness has. */
export const SIZE_TYPE = 'text/x.tlog.size'
/** Bytes of a request: a note, and before it a size and a proof, whose lines have at most 45 bytes. */
export const MAX_REQUEST_BYTES = MAX_NOTE_BYTES + 45 * (MAX_PROOF_HASHES + 1)
/** Bytes of an answer: the signature lines of a few keys. */
export const MAX_ANSWER_BYTES = 8 * 1024

/** A request to cosign a checkpoint. */
export interface AddCheckpoint {
  /** Size of the checkpoint that the witness is thought to have; 0 for none. */
  oldSize: number
  /** Shows that the log of that size is the beginning of this one. */
  proof: readonly Uint8Array[]
  /** The checkpoint, as a signed note. */
  note: string
}

/** The body of a request. */
export function formatAddCheckpoint({ oldSize, proof, note }: AddCheckpoint): string {
  return `old ${oldSize}\n${proof.map((hash) => `${bytesToBase64(hash)}\n`).join('')}\n${note}`
}

/** Reads the body of a request; the note is not parsed here. @throws DecodeError `MALFORMED` or `TOO_LARGE` */
export function parseAddCheckpoint(body: Uint8Array): AddCheckpoint {
  if (body.length > MAX_REQUEST_BYTES)
    throw new DecodeError('TOO_LARGE', `a request has at most ${MAX_REQUEST_BYTES} bytes`)
  const text = utf8Decode(body)
  const end = text.indexOf('\n\n')
  const [first, ...hashes] = text.slice(0, Math.max(0, end)).split('\n')
  const oldSize = Number(/^old (0|[1-9]\d{0,15})$/.exec(first ?? '')?.[1] ?? Number.NaN)
  if (!Number.isSafeInteger(oldSize)) throw new DecodeError('MALFORMED', 'no old size in the first line')
  if (hashes.length > MAX_PROOF_HASHES)
    throw new DecodeError('TOO_LARGE', `a proof has at most ${MAX_PROOF_HASHES} hashes`)
  const proof = hashes.map((line) => decodeBase64(line))
  if (proof.some(({ length }) => length !== HASH_BYTES))
    throw new DecodeError('MALFORMED', 'a hash of the proof does not have 32 bytes')
  return { oldSize, proof, note: text.slice(end + 2) }
}

/** Reads the size in an answer of type SIZE_TYPE. @throws DecodeError `MALFORMED` */
export function parseSizeAnswer(text: string): number {
  const size = Number(/^(0|[1-9]\d{0,15})\n$/.exec(text)?.[1] ?? Number.NaN)
  if (!Number.isSafeInteger(size)) throw new DecodeError('MALFORMED', 'not the size of a log')
  return size
}

/** Reads the signature lines of an answer. @throws DecodeError */
export function parseCosignatures(text: string): NoteSignature[] {
  return parseSignatures(text)
}
