import { concatBytes, utf8 } from '../codec/bytes.ts'
import { fieldToBytes } from './field.ts'

/** What the keys of an account are. PROTOCOL.md, "Keys and signatures". */
export type KeyKind = 'eddsa' | 'rsa'

/**
 * A public key as it travels. `eddsa`: Ax || Ay, 64 bytes, each big-endian and canonical.
 * `rsa`: the DER SubjectPublicKeyInfo, exactly as PROTOCOL.md restricts it.
 */
export interface PublicKey {
  kind: KeyKind
  bytes: Uint8Array
}

/** A signature as it travels. `eddsa`: R8x || R8y || S, 96 bytes. `rsa`: as long as the modulus. */
export type SignatureBytes = Uint8Array

/** What signs: a 32-byte seed, or an RSA private key as the DER of its PKCS#8 PrivateKeyInfo (RFC 5958). */
export type SecretKey = { kind: 'eddsa'; seed: Uint8Array } | { kind: 'rsa'; pkcs8: Uint8Array }

/** What a signed hash is of. Poseidon tags keep the hashes themselves apart; RSA signs this name too. */
export type SignatureDomain = 'transfer' | 'register'

const RSA_PREFIX = {
  transfer: utf8('inpigritas/transfer/v1'),
  register: utf8('inpigritas/register/v1'),
}

/** The bytes that an RSA key signs for a hash: the name of the domain, then the hash. */
export function rsaMessage(domain: SignatureDomain, hash: bigint): Uint8Array<ArrayBuffer> {
  return concatBytes(RSA_PREFIX[domain], fieldToBytes(hash))
}
