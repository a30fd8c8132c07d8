import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto'
import { base64ToBytes, bytesToBase64 } from '../codec/bytes.ts'
import { RejectionError, reject } from '../ledger/rejection.ts'

/** Cost of scrypt (RFC 7914): 2^15 * 8 * 128 bytes = 32 MiB of memory and about 0.1 s per attempt. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 } as const
const CIPHER = 'aes-256-gcm'
const TAG_BYTES = 16

/** Bytes encrypted under a passphrase: AES-256-GCM with a key from scrypt. `salt`, `nonce` and `data` are base64. */
export interface Sealed {
  kdf: 'scrypt'
  N: number
  r: number
  p: number
  salt: string
  cipher: typeof CIPHER
  nonce: string
  /** Ciphertext and its tag. */
  data: string
}

/** Encrypts bytes. `context` is authenticated with them; `unseal` needs the same. */
export function seal(plain: Uint8Array, passphrase: string, context: string): Sealed {
  const salt = randomBytes(16)
  const nonce = randomBytes(12)
  const cipher = createCipheriv(CIPHER, scryptSync(passphrase, salt, 32, COST), nonce)
  cipher.setAAD(Buffer.from(context))
  const data = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  const { N, r, p } = COST
  return {
    kdf: 'scrypt',
    N,
    r,
    p,
    salt: bytesToBase64(salt),
    cipher: CIPHER,
    nonce: bytesToBase64(nonce),
    data: bytesToBase64(data),
  }
}

/** Decrypts what `seal` encrypted. @throws RejectionError WRONG_PASSPHRASE, also if the data was altered: the two cannot be told apart */
export function unseal(sealed: Sealed, passphrase: string, context: string): Uint8Array {
  try {
    if (sealed.N !== COST.N || sealed.r !== COST.r || sealed.p !== COST.p) throw new Error('other costs')
    const data = base64ToBytes(sealed.data)
    const key = scryptSync(passphrase, base64ToBytes(sealed.salt), 32, COST)
    const decipher = createDecipheriv(CIPHER, key, base64ToBytes(sealed.nonce))
    decipher.setAAD(Buffer.from(context))
    decipher.setAuthTag(data.subarray(data.length - TAG_BYTES))
    return new Uint8Array(Buffer.concat([decipher.update(data.subarray(0, -TAG_BYTES)), decipher.final()]))
  } catch {
    throw new RejectionError(reject('WRONG_PASSPHRASE'))
  }
}
