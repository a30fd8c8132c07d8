import { verifyEddsa } from './eddsa.ts'
import { type PublicKey, rsaMessage, type SignatureBytes, type SignatureDomain } from './key.ts'
import type { Poseidon } from './poseidon.ts'
import { verifyRsa } from './rsa.ts'

/**
 * True if `signature` is this key's signature of a hash in this domain.
 * @throws DecodeError if accountOf rejects the key
 */
export function verifySignature(
  poseidon: Poseidon,
  publicKey: PublicKey,
  domain: SignatureDomain,
  hash: bigint,
  signature: SignatureBytes,
): boolean {
  if (publicKey.kind === 'eddsa') return verifyEddsa(poseidon, publicKey.bytes, hash, signature)
  return verifyRsa(publicKey.bytes, rsaMessage(domain, hash), signature)
}
