import type { KeyKind, SecretKey } from '../crypto/key.ts'
import { decodePkcs8 } from './pkcs8.ts'

/** Length of the modulus of new RSA keys. */
export const RSA_BITS = 3072
const RSA_PSS = {
  name: 'RSA-PSS',
  hash: 'SHA-256',
  modulusLength: RSA_BITS,
  publicExponent: Uint8Array.of(1, 0, 1),
}

/** A new key from the platform's randomness, in Node and in browsers. An RSA key takes up to a few seconds. */
export async function generateKey(kind: KeyKind): Promise<SecretKey> {
  if (kind === 'eddsa') return { kind, seed: crypto.getRandomValues(new Uint8Array(32)) }
  const { privateKey } = await crypto.subtle.generateKey(RSA_PSS, true, ['sign', 'verify'])
  return decodePkcs8(new Uint8Array(await crypto.subtle.exportKey('pkcs8', privateKey)))
}
