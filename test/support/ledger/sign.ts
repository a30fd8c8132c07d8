import { constants, createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import { signEddsa } from '../../../src/crypto/eddsa.ts'
import {
  rsaMessage,
  type SecretKey,
  type SignatureBytes,
  type SignatureDomain,
} from '../../../src/crypto/key.ts'
import { poseidon } from '../crypto/poseidon.ts'

/** The synchronous equivalent of `sign` in src/crypto/sign.ts. RSA uses OpenSSL directly. */
export function signNow(secret: SecretKey, domain: SignatureDomain, hash: bigint): SignatureBytes {
  if (secret.kind === 'eddsa') return signEddsa(poseidon, secret.seed, hash)
  const key = createPrivateKey({ key: Buffer.from(secret.pkcs8), format: 'der', type: 'pkcs8' })
  const padding = constants.RSA_PKCS1_PSS_PADDING
  return new Uint8Array(sign('sha256', rsaMessage(domain, hash), { key, padding, saltLength: 32 }))
}

/** A new RSA key as the DER of its PKCS#8. */
export function rsaPkcs8(modulusLength: number): Uint8Array {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength })
  return new Uint8Array(privateKey.export({ type: 'pkcs8', format: 'der' }))
}
