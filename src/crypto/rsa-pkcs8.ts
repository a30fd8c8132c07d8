import { BIT_STRING, DerReader, der, INTEGER, OCTET_STRING, SEQUENCE } from '../codec/der.ts'
import { parseRsaSpki, RSA_ENCRYPTION } from './rsa-spki.ts'

const ZERO = new Uint8Array(1)

/**
 * Extracts the RSA private key (RFC 8017, A.1.2) from a PKCS#8 PrivateKeyInfo (RFC 5958) and encodes the PrivateKeyInfo again without
 * attributes, so that a key has one encoding. Does not check that the numbers of the key are consistent.
 * @throws DecodeError if it is not an rsaEncryption key
 */
export function normalizeRsaPkcs8(pkcs8: Uint8Array): Uint8Array<ArrayBuffer> {
  return der(SEQUENCE, der(INTEGER, ZERO), RSA_ENCRYPTION, der(OCTET_STRING, rsaPrivateKey(pkcs8)))
}

/**
 * The public key of a private key, as DER SubjectPublicKeyInfo.
 * @param pkcs8 a PKCS#8 PrivateKeyInfo
 * @throws DecodeError if the ledger does not accept keys of this form
 */
export function rsaPublicKey(pkcs8: Uint8Array): Uint8Array<ArrayBuffer> {
  const key = new DerReader(rsaPrivateKey(pkcs8)).element(SEQUENCE)
  key.expect(der(INTEGER, ZERO), 'not an RSA key of two primes')
  const [modulus, exponent] = [key.content(INTEGER), key.content(INTEGER)]
  // The private exponent, two primes, two exponents and the coefficient: without them nobody can sign for the account.
  for (let i = 0; i < 6; i++) key.positiveInteger()
  key.end()
  const publicKey = der(SEQUENCE, der(INTEGER, modulus), der(INTEGER, exponent))
  const spki = der(SEQUENCE, RSA_ENCRYPTION, der(BIT_STRING, ZERO, publicKey))
  parseRsaSpki(spki)
  return spki
}

/** The DER of the RSAPrivateKey inside a PrivateKeyInfo. */
function rsaPrivateKey(pkcs8: Uint8Array): Uint8Array {
  const outer = new DerReader(pkcs8)
  const info = outer.element(SEQUENCE)
  outer.end()
  info.content(INTEGER)
  info.expect(RSA_ENCRYPTION, 'not an rsaEncryption key with NULL parameters')
  return info.content(OCTET_STRING)
}
