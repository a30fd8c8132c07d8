import { createPrivateKey, randomBytes } from 'node:crypto'
import { concatBytes, hexToBytes, utf8 } from '../../../src/codec/bytes.ts'
import { BIT_STRING, der, INTEGER, OBJECT_ID, OCTET_STRING, SEQUENCE } from '../../../src/codec/der.ts'
import { ed25519Pkcs8, ed25519PublicKey, signEd25519 } from '../../../src/crypto/ed25519.ts'
import type { TlsIdentity } from '../../../src/network/transport-certificate.ts'

const ALGORITHM = der(SEQUENCE, der(OBJECT_ID, hexToBytes('2b6570')))
const [SET, UTC_TIME, DNS_NAME, VERSION, EXTENSIONS] = [0x31, 0x17, 0x82, 0xa0, 0xa3]

/** A self-signed certificate for a host name (RFC 5280), with an Ed25519 key, as a web server has one. */
export function serverIdentity(host: string): TlsIdentity {
  const seed = randomBytes(32)
  const name = der(
    SEQUENCE,
    der(SET, der(SEQUENCE, der(OBJECT_ID, hexToBytes('550403')), der(0x0c, utf8(host)))),
  )
  const names = der(SEQUENCE, der(DNS_NAME, utf8(host)))
  const toBeSigned = der(
    SEQUENCE,
    der(VERSION, hexToBytes('020102')),
    der(INTEGER, hexToBytes('01')),
    ALGORITHM,
    name,
    der(SEQUENCE, der(UTC_TIME, utf8('200101000000Z')), der(UTC_TIME, utf8('491231235959Z'))),
    name,
    concatBytes(hexToBytes('302a300506032b6570032100'), ed25519PublicKey(seed)),
    der(
      EXTENSIONS,
      der(SEQUENCE, der(SEQUENCE, der(OBJECT_ID, hexToBytes('551d11')), der(OCTET_STRING, names))),
    ),
  )
  const signature = der(BIT_STRING, new Uint8Array(1), signEd25519(seed, toBeSigned))
  const certificate = Buffer.from(der(SEQUENCE, toBeSigned, ALGORITHM, signature)).toString('base64')
  const key = createPrivateKey({ key: Buffer.from(ed25519Pkcs8(seed)), format: 'der', type: 'pkcs8' })
  return {
    key: key.export({ format: 'pem', type: 'pkcs8' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
  }
}
