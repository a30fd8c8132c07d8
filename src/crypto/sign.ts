import { eddsaAccount, rsaAccount } from './account.ts'
import { eddsaPublicKey, eddsaPublicPoint, signEddsa } from './eddsa.ts'
import {
  type PublicKey,
  rsaMessage,
  type SecretKey,
  type SignatureBytes,
  type SignatureDomain,
} from './key.ts'
import type { Poseidon } from './poseidon.ts'
import { rsaPublicKey } from './rsa-pkcs8.ts'

/** RSA-PSS with SHA-256, MGF1-SHA-256 and a salt of 32 bytes (RFC 8017, section 8.1), by the platform's WebCrypto. */
const RSA_PSS = { name: 'RSA-PSS', hash: 'SHA-256', saltLength: 32 }

/** Imported keys: an import takes as long as a signature, so it is done once per key. */
const imported = new WeakMap<Uint8Array, Promise<CryptoKey>>()

/**
 * The public key of a secret key.
 * @throws DecodeError if it is an RSA key that the ledger would reject
 */
export function publicKeyOf(secretKey: SecretKey): PublicKey {
  if (secretKey.kind === 'eddsa') return { kind: 'eddsa', bytes: eddsaPublicKey(secretKey.seed) }
  return { kind: 'rsa', bytes: rsaPublicKey(secretKey.pkcs8) }
}

/** The account of a secret key. @throws DecodeError if it is an RSA key that the ledger would reject */
export function accountOfSecret(poseidon: Poseidon, secretKey: SecretKey): bigint {
  if (secretKey.kind === 'eddsa') return eddsaAccount(poseidon, eddsaPublicPoint(secretKey.seed))
  return rsaAccount(poseidon, rsaPublicKey(secretKey.pkcs8))
}

/**
 * Signs a hash, in Node and in browsers. RSA in a browser needs a secure context (HTTPS or localhost). EdDSA is deterministic; RSA-PSS uses a
 * fresh salt for each signature.
 */
export async function sign(
  poseidon: Poseidon,
  secretKey: SecretKey,
  domain: SignatureDomain,
  hash: bigint,
): Promise<SignatureBytes> {
  if (secretKey.kind === 'eddsa') return signEddsa(poseidon, secretKey.seed, hash)
  const key = await importRsa(secretKey.pkcs8)
  return new Uint8Array(await crypto.subtle.sign(RSA_PSS, key, rsaMessage(domain, hash)))
}

function importRsa(pkcs8: Uint8Array): Promise<CryptoKey> {
  let key = imported.get(pkcs8)
  if (key === undefined) {
    key = crypto.subtle.importKey('pkcs8', new Uint8Array(pkcs8), RSA_PSS, false, ['sign'])
    imported.set(pkcs8, key)
  }
  return key
}
