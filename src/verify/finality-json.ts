import { bytesToBase64Url, concatBytes } from '../codec/bytes.ts'
import type { JsonReader } from '../ledger/json-reader.ts'
import { HASH_BYTES } from '../log/merkle.ts'
import { MAX_PROOF_HASHES } from '../log/proofs.ts'
import type { LaterHeader } from './final-header.ts'

/** The hashes of an inclusion proof, one after another. @throws RejectionError with the reader's code */
export function hashesIn(read: JsonReader, json: unknown, path: string): Uint8Array[] {
  const bytes = read.bytes(json, path)
  if (bytes.length % HASH_BYTES !== 0 || bytes.length > MAX_PROOF_HASHES * HASH_BYTES)
    read.fail(path, `must be at most ${MAX_PROOF_HASHES} hashes of ${HASH_BYTES} bytes`)
  const count = bytes.length / HASH_BYTES
  return Array.from({ length: count }, (_, i) => bytes.slice(i * HASH_BYTES, (i + 1) * HASH_BYTES))
}

/** The property `later` of a document, which may be missing. @throws RejectionError with the reader's code */
export function laterIn(read: JsonReader, json: unknown): LaterHeader | undefined {
  if (json === undefined) return undefined
  const { header, inclusion } = read.object(json, 'later', ['header', 'inclusion'])
  return {
    header: read.bytes(header, 'later.header'),
    inclusion: hashesIn(read, inclusion, 'later.inclusion'),
  }
}

/** The property `later` of a document: none, if the header is final itself. */
export function laterToJson(later: LaterHeader | undefined): object {
  if (later === undefined) return {}
  const { header, inclusion } = later
  return {
    later: {
      header: bytesToBase64Url(header),
      inclusion: bytesToBase64Url(concatBytes(...inclusion)),
    },
  }
}
