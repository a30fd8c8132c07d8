import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import { concatBytes } from '../codec/bytes.ts'
import { nodeCrypto } from './platform.ts'

/** SHA-256 of the concatenated parts. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  if (nodeCrypto === undefined) return nobleSha256(concatBytes(...parts))
  const hash = nodeCrypto.createHash('sha256')
  for (const part of parts) hash.update(part)
  return new Uint8Array(hash.digest())
}
