import { createPrivateKey, randomBytes, type X509Certificate } from 'node:crypto'
import { concatBytes, hexToBytes, utf8 } from '../codec/bytes.ts'
import { BIT_STRING, der, INTEGER, OBJECT_ID, SEQUENCE } from '../codec/der.ts'
import { ed25519Pkcs8, ed25519PublicKey, signEd25519 } from '../crypto/ed25519.ts'

const SET = 0x31
const UTF8_STRING = 0x0c
const GENERALIZED_TIME = 0x18
const VERSION = 0xa0
/** X.509 version 3. */
const V3 = hexToBytes('020102')
const ED25519 = hexToBytes('2b6570')
const COMMON_NAME = hexToBytes('550403')
/** An Ed25519 key as SubjectPublicKeyInfo is this prefix and the key's 32 bytes. RFC 8410. */
const SPKI_PREFIX = hexToBytes('302a300506032b6570032100')

/** Private key and certificate for TLS, both PEM. */
export interface TlsIdentity {
  key: string
  cert: string
}

/**
 * A self-signed X.509 certificate for an Ed25519 key (RFC 5280, RFC 8410), made anew at each start: peers check the key and nothing else.
 * It is encoded here because Node can read certificates but not make them.
 * @param seed 32 bytes
 */
export function tlsIdentity(seed: Uint8Array): TlsIdentity {
  const algorithm = der(SEQUENCE, der(OBJECT_ID, ED25519))
  const name = der(
    SEQUENCE,
    der(SET, der(SEQUENCE, der(OBJECT_ID, COMMON_NAME), der(UTF8_STRING, utf8('inpigritas')))),
  )
  const serial = randomBytes(16)
  serial[0] = (serial[0]! & 0x7f) | 0x40
  const time = (text: string) => der(GENERALIZED_TIME, utf8(text))
  const toBeSigned = der(
    SEQUENCE,
    der(VERSION, V3),
    der(INTEGER, serial),
    algorithm,
    name,
    // 99991231235959Z means no expiry (RFC 5280, 4.1.2.5): a key is valid as long as it is pinned.
    der(SEQUENCE, time('20200101000000Z'), time('99991231235959Z')),
    name,
    concatBytes(SPKI_PREFIX, ed25519PublicKey(seed)),
  )
  const signature = der(BIT_STRING, new Uint8Array(1), signEd25519(seed, toBeSigned))
  const certificate = der(SEQUENCE, toBeSigned, algorithm, signature)
  const key = createPrivateKey({ key: Buffer.from(ed25519Pkcs8(seed)), format: 'der', type: 'pkcs8' })
  return {
    key: key.export({ format: 'pem', type: 'pkcs8' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${Buffer.from(certificate).toString('base64')}\n-----END CERTIFICATE-----\n`,
  }
}

/** The Ed25519 key of a certificate; undefined if it holds another kind of key. */
export function certifiedKey(certificate: X509Certificate | undefined): Uint8Array | undefined {
  if (certificate?.publicKey.asymmetricKeyType !== 'ed25519') return undefined
  const spki = certificate.publicKey.export({ format: 'der', type: 'spki' })
  return new Uint8Array(spki.subarray(SPKI_PREFIX.length))
}
