import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '../codec/bytes.ts'
import { checkDigest, damaged, headerBytes, PREFIX_BYTES, parseHeader } from './key.ts'
import { Groth16Prover, type ProverOptions } from './prover.ts'

/** Where a key file is read from, such as a response or ranges of a URL. */
export interface KeySource {
  /** Bytes of the file. */
  bytes: number
  /** Reads at most so many bytes at an offset; fewer are a cut file. */
  read(at: number, bytes: number): Promise<Uint8Array>
}

export interface OpenKeyOptions extends ProverOptions {
  /** SHA-256 that the file must have, 64 hex digits. Without it, its own digest says only that it is whole. */
  sha256?: string
  /** From 0 to 1, while the file is read. */
  onProgress?: (fraction: number) => void
}

/** What is read at once. */
const CHUNK_BYTES = 1 << 22

/**
 * A prover with the key of a key file, which is read once, piece by piece, into the prover's memory. Needs nothing of Node.
 * @throws Failure KEY_DAMAGED, OUT_OF_MEMORY, ENGINE_FAILED; what the source throws
 */
export async function openKey(source: KeySource, options: OpenKeyOptions = {}): Promise<Groth16Prover> {
  const { sha256: expected, onProgress = () => {}, ...rest } = options
  const read = async (at: number, bytes: number) => {
    const part = await source.read(at, bytes)
    if (part.length !== bytes) throw damaged('it is cut')
    return part
  }
  const prefix = await read(0, PREFIX_BYTES)
  const json = await read(PREFIX_BYTES, headerBytes(prefix))
  const header = parseHeader(json)
  const bodyAt = PREFIX_BYTES + json.length
  if (source.bytes !== bodyAt + header.bodyBytes) throw damaged('it is cut')
  const fill = async (body: Uint8Array) => {
    const hash = sha256.create()
    if (expected !== undefined) hash.update(prefix)
    hash.update(json)
    for (let at = 0; at < body.length; at += CHUNK_BYTES) {
      const part = await read(bodyAt + at, Math.min(CHUNK_BYTES, body.length - at))
      body.set(part, at)
      hash.update(part)
      onProgress((at + part.length) / body.length)
    }
    if (expected === undefined) checkDigest(prefix, hash.digest())
    else if (bytesToHex(hash.digest()) !== expected) throw damaged('its hash is another')
  }
  return Groth16Prover.load(header, fill, rest)
}
