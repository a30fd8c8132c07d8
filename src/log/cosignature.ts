import { Reader, Writer } from '../codec/binary.ts'
import { equalBytes, utf8 } from '../codec/bytes.ts'
import { MAX_TIME_MS } from '../codec/time.ts'
import { verifyEd25519 } from '../crypto/ed25519-verify.ts'
import { keyIdOf, type NoteKey, type NoteSignature } from './note.ts'

// Timestamped cosignatures by Ed25519 keys: C2SP tlog-cosignature.

/** Signature type of Ed25519 cosignatures. */
export const COSIGNATURE_TYPE = 0x04
const TIME_BYTES = 8
const SIGNATURE_BYTES = 64

/** A key that cosigns. @param publicKey Ed25519, 32 bytes */
export function cosignerKey(name: string, publicKey: Uint8Array): NoteKey {
  return { name, type: COSIGNATURE_TYPE, publicKey }
}

/** A cosigner's signature over a checkpoint at a time. */
export interface Cosignature {
  /** Seconds since 1970, at most those of MAX_TIME_MS. */
  time: number
  /** Ed25519, 64 bytes. */
  signature: Uint8Array
}

/** The message that a cosigner signs. @param text of the checkpoint @param time seconds since 1970 */
export function cosignedMessage(text: string, time: number): Uint8Array {
  return utf8(`cosignature/v1\ntime ${time}\n${text}`)
}

/** Cosigns the text of a checkpoint. @param time seconds since 1970 */
export function cosign(text: string, time: number, sign: (message: Uint8Array) => Uint8Array): Cosignature {
  return { time, signature: sign(cosignedMessage(text, time)) }
}

/** Whether a cosignature of this key over a checkpoint's text is good. */
export function verifyCosignature(
  publicKey: Uint8Array,
  text: string,
  { time, signature }: Cosignature,
): boolean {
  return verifyEd25519(publicKey, cosignedMessage(text, time), signature)
}

/** The cosignature as a signature of a note. */
export function cosignatureLine(key: NoteKey, { time, signature }: Cosignature): NoteSignature {
  const timestamped = new Writer().uint(BigInt(time), TIME_BYTES).fixed(signature).done()
  return { name: key.name, keyId: keyIdOf(key), signature: timestamped }
}

/**
 * The cosignatures of known keys on a checkpoint's text, at most one per key, the first of each.
 * @returns undefined if the signature of a known key is wrong: such a note must not be believed at all
 */
export function cosignaturesBy<K extends NoteKey>(
  keys: readonly K[],
  text: string,
  signatures: readonly NoteSignature[],
): Map<K, Cosignature> | undefined {
  const found = cosignaturesNamed(keys, signatures)
  const isGood = [...(found ?? [])].every(([key, said]) => verifyCosignature(key.publicKey, text, said))
  return isGood ? found : undefined
}

/** As `cosignaturesBy`, but nothing is verified. @returns undefined if what a known key is said to have signed is no cosignature */
export function cosignaturesNamed<K extends NoteKey>(
  keys: readonly K[],
  signatures: readonly NoteSignature[],
): Map<K, Cosignature> | undefined {
  const found = new Map<K, Cosignature>()
  for (const key of keys) {
    const keyId = keyIdOf(key)
    const line = signatures.find(({ name, keyId: id }) => name === key.name && equalBytes(id, keyId))
    if (line === undefined) continue
    const cosignature = readCosignature(line.signature)
    if (cosignature === undefined) return undefined
    found.set(key, cosignature)
  }
  return found
}

function readCosignature(bytes: Uint8Array): Cosignature | undefined {
  if (bytes.length !== TIME_BYTES + SIGNATURE_BYTES) return undefined
  const reader = new Reader(bytes)
  const time = reader.uint(TIME_BYTES)
  return time > BigInt(MAX_TIME_MS / 1_000)
    ? undefined
    : { time: Number(time), signature: reader.fixed(SIGNATURE_BYTES) }
}
