import { concatBytes, utf8 } from '../codec/bytes.ts'
import { fieldToBytes } from './field.ts'

/** Signature schemes of accounts. PROTOCOL.md, "Keys and signatures". */
export type KeyKind = 'eddsa' | 'rsa'

/**
 * An encoded public key. `eddsa`: Ax || Ay, 64 bytes, each coordinate big-endian and canonical.
 * `rsa`: DER SubjectPublicKeyInfo in the one form that PROTOCOL.md allows.
 */
export interface PublicKey {
  kind: KeyKind
  bytes: Uint8Array
}

/** An encoded signature. `eddsa`: R8x || R8y || S, 96 bytes. `rsa`: as long as the modulus. */
export type SignatureBytes = Uint8Array

/** A secret key: a 32-byte seed, or an RSA private key as the DER of its PKCS#8 PrivateKeyInfo (RFC 5958). */
export type SecretKey = { kind: 'eddsa'; seed: Uint8Array } | { kind: 'rsa'; pkcs8: Uint8Array }

/**
 * What a signed hash is of: a kind of action, or an origin proof. Poseidon tags already separate the hashes; RSA signs the domain's name as well, because
 * the same RSA key may sign other messages elsewhere.
 */
export type SignatureDomain = 'transfer' | 'register' | 'origin'

const RSA_PREFIX = {
  transfer: utf8('inpigritas/transfer/v1'),
  register: utf8('inpigritas/register/v1'),
  origin: utf8('inpigritas/origin/v1'),
}

/** The bytes that an RSA key signs for a hash: the name of the domain, then the hash. */
export function rsaMessage(domain: SignatureDomain, hash: bigint): Uint8Array<ArrayBuffer> {
  return concatBytes(RSA_PREFIX[domain], fieldToBytes(hash))
}
