import { concatBytes, equalBytes, hexToBytes } from '../codec/bytes.ts'
import { DerReader, der, INTEGER, OCTET_STRING, SEQUENCE } from '../codec/der.ts'
import { DecodeError } from '../codec/error.ts'
import type { SecretKey } from '../crypto/key.ts'
import { normalizeRsaPkcs8 } from '../crypto/rsa-pkcs8.ts'
import { RejectionError, reject } from '../ledger/rejection.ts'

/**
 * Identifies EdDSA-Poseidon keys in PKCS#8 (RFC 5958), which are otherwise encoded as RFC 8410 encodes Ed25519 keys. The object identifier
 * is 2.25.307615040945381482085495766217332148914, made from a UUID, as ITU-T X.667 allows anyone to. PROTOCOL.md, "Key files".
 */
const EDDSA_OID = hexToBytes('06146983ceecc09ed1e6eae0839a8f8aa883f1b39532')
const VERSION_0 = der(INTEGER, new Uint8Array(1))

/** The DER of a PKCS#8 PrivateKeyInfo. */
export function encodePkcs8(secret: SecretKey): Uint8Array {
  if (secret.kind === 'rsa') return normalizeRsaPkcs8(secret.pkcs8)
  return der(
    SEQUENCE,
    concatBytes(VERSION_0, der(SEQUENCE, EDDSA_OID), der(OCTET_STRING, der(OCTET_STRING, secret.seed))),
  )
}

/**
 * Decodes the DER of a PKCS#8 PrivateKeyInfo. The size of an RSA key is checked when its public key is taken (`publicKeyOf`).
 * @throws RejectionError BAD_KEY with the fault, for anything but an EdDSA-Poseidon or RSA key; as RFC 8017 (A.1) demands, the parameters of
 * rsaEncryption are NULL and not absent
 */
export function decodePkcs8(bytes: Uint8Array): SecretKey {
  try {
    const outer = new DerReader(bytes)
    const info = outer.element(SEQUENCE)
    outer.end()
    info.content(INTEGER)
    if (!equalBytes(info.content(SEQUENCE), EDDSA_OID)) {
      return { kind: 'rsa', pkcs8: normalizeRsaPkcs8(bytes) }
    }
    const inner = info.element(OCTET_STRING)
    const seed = inner.content(OCTET_STRING)
    inner.end()
    if (seed.length !== 32) throw new DecodeError('MALFORMED', 'an EdDSA seed has 32 bytes')
    info.end()
    return { kind: 'eddsa', seed: seed.slice() }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    throw new RejectionError(
      reject('BAD_KEY', { reason: `not a PKCS#8 key of a known kind: ${error.message}` }),
    )
  }
}
