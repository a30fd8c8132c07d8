import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { base64ToBytes, bytesToBase64, bytesToHex } from '../codec/bytes.ts'
import { DecodeError } from '../codec/error.ts'
import { createPrivateFile, makePrivateFolder, writePrivateFile } from '../config/files.ts'
import { accountOf } from '../crypto/account.ts'
import { encodeAddress } from '../crypto/address.ts'
import type { KeyKind, SecretKey } from '../crypto/key.ts'
import { poseidonLite } from '../crypto/poseidon-lite.ts'
import { publicKeyOf } from '../crypto/sign.ts'
import { RejectionError, reject } from '../ledger/rejection.ts'
import { RSA_BITS } from './generate.ts'
import { decodePkcs8, encodePkcs8 } from './pkcs8.ts'
import { type Sealed, seal, unseal } from './seal.ts'

const FORMAT = '1'
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
/** Words that stand for an account where a name may be given: a key of such a name could be mistaken for it. */
const RESERVED = /^(mint|retired|inp1.*)$/i

/** The public part of a stored key. */
export interface KeyInfo {
  name: string
  kind: KeyKind
  /** Address of its account. */
  address: string
  /** Hex of its encoding, as actions carry it. */
  publicKey: string
  /** False if the secret key is readable in the file. */
  encrypted: boolean
}

/** A key file. `secret` is PKCS#8: sealed, or plain in base64. */
interface KeyFile extends KeyInfo {
  format: typeof FORMAT
  secret: Sealed | string
}

/**
 * A folder (mode 0700) of keys, one file per key (mode 0600), encrypted with a passphrase unless that is empty.
 * PROTOCOL.md, "Key files".
 */
export class KeyStore {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Makes a new key. @throws RejectionError KEY_EXISTS, BAD_NAME */
  create(name: string, kind: KeyKind, passphrase: string): KeyInfo {
    return this.add(name, newSecret(kind), passphrase)
  }

  /** Stores a key made elsewhere. @throws RejectionError KEY_EXISTS, BAD_NAME, BAD_KEY */
  add(name: string, secret: SecretKey, passphrase: string): KeyInfo {
    // The file is made exclusively, so of two that add a name at once one is told that it exists. Looking first spares the work of sealing.
    if (RESERVED.test(name))
      throw new RejectionError(reject('BAD_NAME', { name, reason: 'stands for an account' }))
    const path = this.#path(name)
    if (existsSync(path)) throw new RejectionError(reject('KEY_EXISTS', { name }))
    const { info, file } = keyFileOf(name, secret, passphrase)
    makePrivateFolder(this.#folder)
    if (!createPrivateFile(path, file)) throw new RejectionError(reject('KEY_EXISTS', { name }))
    return info
  }

  list(): KeyInfo[] {
    if (!existsSync(this.#folder)) return []
    return readdirSync(this.#folder)
      .filter((file) => file.endsWith('.json'))
      .sort()
      .map((file) => this.show(file.slice(0, -'.json'.length)))
  }

  /** @throws RejectionError UNKNOWN_KEY, BAD_KEY */
  show(name: string): KeyInfo {
    const { kind, address, publicKey, encrypted } = this.#read(name)
    return { name, kind, address, publicKey, encrypted }
  }

  /** The secret key. @throws RejectionError UNKNOWN_KEY, WRONG_PASSPHRASE, BAD_KEY */
  unlock(name: string, passphrase: string): SecretKey {
    const file = this.#read(name)
    const bytes =
      typeof file.secret === 'string'
        ? base64ToBytes(file.secret)
        : unseal(file.secret, passphrase, file.address)
    return decodePkcs8(bytes)
  }

  /** Encrypts the key with the passphrase `to`, or not at all if that is empty. @throws RejectionError UNKNOWN_KEY, WRONG_PASSPHRASE, BAD_KEY */
  changePassphrase(name: string, from: string, to: string): KeyInfo {
    const { info, file } = keyFileOf(name, this.unlock(name, from), to)
    writePrivateFile(this.#path(name), file)
    return info
  }

  #read(name: string): KeyFile {
    const path = this.#path(name)
    if (!existsSync(path)) throw new RejectionError(reject('UNKNOWN_KEY', { name }))
    try {
      const file = JSON.parse(readFileSync(path, 'utf8')) as KeyFile
      if (file.format !== FORMAT || !file.address || !file.secret) throw new Error('not a key file')
      return file
    } catch {
      throw new RejectionError(
        reject('BAD_KEY', { name, reason: 'the key file is damaged or of another version' }),
      )
    }
  }

  #path(name: string): string {
    if (!NAME.test(name)) throw new RejectionError(reject('BAD_NAME', { name }))
    return join(this.#folder, `${name}.json`)
  }
}

/** A new key from the system's random source; RSA keys have 3,072 bits. */
export function newSecret(kind: KeyKind): SecretKey {
  if (kind === 'eddsa') return { kind, seed: new Uint8Array(randomBytes(32)) }
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: RSA_BITS,
    publicExponent: 65_537,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  })
  return { kind, pkcs8: new Uint8Array(privateKey) }
}

/** The text of a key's file, and its public part. @throws RejectionError BAD_KEY */
function keyFileOf(name: string, secret: SecretKey, passphrase: string): { info: KeyInfo; file: string } {
  const { publicKey, address } = publicPart(secret)
  const pkcs8 = encodePkcs8(secret)
  const encrypted = passphrase !== ''
  const info = { name, kind: publicKey.kind, address, publicKey: bytesToHex(publicKey.bytes), encrypted }
  const stored = encrypted ? seal(pkcs8, passphrase, address) : bytesToBase64(pkcs8)
  const file: KeyFile = { format: FORMAT, ...info, secret: stored }
  return { info, file: `${JSON.stringify(file, null, 2)}\n` }
}

function publicPart(secret: SecretKey) {
  try {
    const publicKey = publicKeyOf(secret)
    return { publicKey, address: encodeAddress(accountOf(poseidonLite, publicKey)) }
  } catch (error) {
    if (error instanceof DecodeError) throw new RejectionError(reject('BAD_KEY', { reason: error.message }))
    throw error
  }
}
