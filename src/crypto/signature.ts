import type { KeyObject } from 'node:crypto'
import { concatBytes, utf8 } from '../codec/bytes.ts'
import { decodeEddsaKey, type EddsaKey, eddsaPublicKey, signEddsa, verifyEddsa } from './eddsa.ts'
import { fieldToBytes } from './field.ts'
import { h31 } from './h31.ts'
import { poseidon } from './poseidon.ts'
import { decodeRsaKey, type RsaKey, rsaPublicKey, signRsa, verifyRsa } from './rsa.ts'

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

/** What signs: a 32-byte seed, or an RSA private key. */
export type SecretKey = { kind: 'eddsa'; seed: Uint8Array } | { kind: 'rsa'; key: KeyObject }

/** What a signed hash is of. Poseidon tags keep the hashes themselves apart; RSA signs this name too. */
export type SignatureDomain = 'transfer' | 'register'

const RSA_PREFIX = {
  transfer: utf8('inpigritas/transfer/v1'),
  register: utf8('inpigritas/register/v1'),
}
const RSA_ACCOUNT_PREFIX = utf8('inpigritas/account/rsa/v1')

/** Applying an action asks for its signer's account; decoded keys are kept, and their accounts with them. */
const accounts = new WeakMap<EddsaKey | RsaKey, bigint>()

/**
 * The account a public key stands for: Poseidon(Ax, Ay), or H31 of a tag and the RSA key.
 * @throws DecodeError on any key that is not valid and canonical.
 */
export function accountOf(publicKey: PublicKey): bigint {
  const { kind, bytes } = publicKey
  const key = kind === 'eddsa' ? decodeEddsaKey(bytes) : decodeRsaKey(bytes)
  let account = accounts.get(key)
  if (account === undefined) {
    account = 'x' in key ? poseidon([key.x, key.y]) : h31(concatBytes(RSA_ACCOUNT_PREFIX, bytes))
    accounts.set(key, account)
  }
  return account
}

/**
 * True if `signature` is this key's signature of a hash in this domain.
 * @throws DecodeError on a key that accountOf rejects.
 */
export function verifySignature(
  publicKey: PublicKey,
  domain: SignatureDomain,
  hash: bigint,
  signature: SignatureBytes,
): boolean {
  if (publicKey.kind === 'eddsa') return verifyEddsa(publicKey.bytes, hash, signature)
  return verifyRsa(publicKey.bytes, rsaMessage(domain, hash), signature)
}

/** Signs a hash. EdDSA is deterministic; RSA-PSS takes a fresh salt each time. */
export function sign(secretKey: SecretKey, domain: SignatureDomain, hash: bigint): SignatureBytes {
  if (secretKey.kind === 'eddsa') return signEddsa(secretKey.seed, hash)
  return signRsa(secretKey.key, rsaMessage(domain, hash))
}

/**
 * The public key of a secret one.
 * @throws DecodeError if it is an RSA key that the ledger would refuse.
 */
export function publicKeyOf(secretKey: SecretKey): PublicKey {
  if (secretKey.kind === 'eddsa') return { kind: 'eddsa', bytes: eddsaPublicKey(secretKey.seed) }
  return { kind: 'rsa', bytes: rsaPublicKey(secretKey.key) }
}

function rsaMessage(domain: SignatureDomain, hash: bigint): Uint8Array {
  return concatBytes(RSA_PREFIX[domain], fieldToBytes(hash))
}
