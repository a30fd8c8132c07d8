import {
  constants,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign as nodeSign,
} from 'node:crypto'
import { FpIsSquare } from '@noble/curves/abstract/modular.js'
import { babyjubjub } from '@noble/curves/misc.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { concatBytes, utf8 } from '../../../src/codec/bytes.ts'
import { accountOf, RSA_TAG } from '../../../src/crypto/account.ts'
import { fieldToBytes } from '../../../src/crypto/field.ts'
import { h31, tag } from '../../../src/crypto/h31.ts'
import { sha256 } from '../../../src/crypto/hash.ts'
import type { PublicKey, SecretKey } from '../../../src/crypto/key.ts'
import { poseidonLite } from '../../../src/crypto/poseidon-lite.ts'
import { accountOfSecret, publicKeyOf, sign } from '../../../src/crypto/sign.ts'
import { verifySignature } from '../../../src/crypto/signature.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'

const HASH = 123456789n
const eddsa: SecretKey = { kind: 'eddsa', seed: new Uint8Array(32).fill(1) }
let rsa: SecretKey
let rsaKey: KeyObject
let publicRsa: PublicKey
beforeAll(() => {
  rsaKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  rsa = { kind: 'rsa', pkcs8: new Uint8Array(rsaKey.export({ type: 'pkcs8', format: 'der' })) }
  publicRsa = publicKeyOf(rsa)
})

describe('H31', () => {
  it('is the first 31 bytes of SHA-256, big-endian', () => {
    // FIPS 180-2, appendix B.1: SHA-256("abc").
    const digest = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    expect(Buffer.from(sha256(utf8('a'), utf8('bc'))).toString('hex')).toBe(digest)
    expect(h31('abc')).toBe(BigInt(`0x${digest.slice(0, 62)}`))
    expect(tag('transfer')).toBe(h31(utf8('inpigritas/transfer/v1')))
  })
})

describe('public keys', () => {
  it('of rsa are as OpenSSL writes them', () => {
    const spki = createPublicKey(rsaKey).export({ type: 'spki', format: 'der' })
    expect(Buffer.from(publicRsa.bytes)).toEqual(spki)
  })
})

describe('accounts', () => {
  it('are the same from the secret key', () => {
    for (const secret of [eddsa, rsa])
      expect(accountOfSecret(poseidon, secret)).toBe(accountOf(poseidon, publicKeyOf(secret)))
  })

  it('are Poseidon of an eddsa point, or of a tag and H31 of an rsa key', () => {
    const { bytes } = publicKeyOf(eddsa)
    const [x, y] = [bytes.subarray(0, 32), bytes.subarray(32)].map((b) =>
      BigInt(`0x${Buffer.from(b).toString('hex')}`),
    )
    expect(accountOf(poseidon, publicKeyOf(eddsa))).toBe(poseidonLite.hash([x!, y!]))
    expect(accountOf(poseidon, publicRsa)).toBe(poseidonLite.hash([RSA_TAG, h31(publicRsa.bytes)]))
  })

  it('of rsa have a tag that is the x of no point, the first of its kind, so none is of an eddsa key too', () => {
    const { Fp, CURVE } = babyjubjub.Point
    const { a, d } = CURVE()
    // a x^2 + y^2 = 1 + d x^2 y^2
    const isOfPoint = (x: bigint) =>
      FpIsSquare(Fp, Fp.div(1n - Fp.mul(a, Fp.sqr(x)), Fp.create(1n - Fp.mul(d, Fp.sqr(x)))))
    const tags = [0, 1].map((counter) => h31(`inpigritas/account/rsa/${counter}`))
    expect(isOfPoint(babyjubjub.Point.BASE.x)).toBe(true)
    expect(tags.map(isOfPoint)).toEqual([true, false])
    expect(RSA_TAG).toBe(tags[1])
  })

  it('do not exist for bytes that are not a key of that kind', () => {
    const other = { kind: 'eddsa', bytes: publicRsa.bytes } as const
    const broken = { kind: 'rsa', bytes: publicRsa.bytes.slice(1) } as const
    expect(() => accountOf(poseidon, other)).toThrow(expect.objectContaining({ name: 'DecodeError' }))
    expect(() => accountOf(poseidon, broken)).toThrow(expect.objectContaining({ name: 'DecodeError' }))
    expect(() => accountOf(poseidon, { kind: 'rsa', bytes: publicKeyOf(eddsa).bytes })).toThrow(
      expect.objectContaining({ name: 'DecodeError' }),
    )
  })
})

describe('signatures', () => {
  it('verify with their own key, hash and (rsa) domain only', async () => {
    for (const secret of [eddsa, rsa]) {
      const key = publicKeyOf(secret)
      const signature = await sign(poseidon, secret, 'transfer', HASH)
      expect(verifySignature(poseidon, key, 'transfer', HASH, signature)).toBe(true)
      expect(verifySignature(poseidon, key, 'transfer', HASH + 1n, signature)).toBe(false)
    }
    expect(
      verifySignature(poseidon, publicRsa, 'register', HASH, await sign(poseidon, rsa, 'transfer', HASH)),
    ).toBe(false)
    expect(
      verifySignature(poseidon, publicRsa, 'register', HASH, await sign(poseidon, rsa, 'register', HASH)),
    ).toBe(true)
  })

  it('with rsa are over the domain and the 32 bytes of the hash, with a salt of 32 bytes and no other', () => {
    const verify = (prefix: string, saltLength: number) => {
      const message = concatBytes(utf8(prefix), fieldToBytes(HASH))
      const options = { key: rsaKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }
      return verifySignature(
        poseidon,
        publicRsa,
        'transfer',
        HASH,
        new Uint8Array(nodeSign('sha256', message, options)),
      )
    }
    expect(verify('inpigritas/transfer/v1', 32)).toBe(true)
    for (const salt of [0, 20, 31, 33, 64]) expect(verify('inpigritas/transfer/v1', salt)).toBe(false)
    expect(verify('inpigritas/register/v1', 32)).toBe(false)
  })

  it('with rsa are exactly as long as the modulus and below it', async () => {
    const signature = await sign(poseidon, rsa, 'transfer', HASH)
    const modulus = publicRsa.bytes.slice(-5 - 256, -5)
    const plus =
      BigInt(`0x${Buffer.from(signature).toString('hex')}`) +
      BigInt(`0x${Buffer.from(modulus).toString('hex')}`)
    const longer = new Uint8Array(Buffer.from(plus.toString(16).padStart(514, '0'), 'hex'))
    const verify = (bytes: Uint8Array) => verifySignature(poseidon, publicRsa, 'transfer', HASH, bytes)
    expect(verify(longer)).toBe(false)
    if (longer[0] === 0) expect(verify(longer.slice(1))).toBe(false)
    expect(verify(concatBytes(Uint8Array.of(0), signature))).toBe(false)
    expect(verify(signature.slice(0, -1))).toBe(false)
    expect(verify(new Uint8Array(0))).toBe(false)
    expect(verify(modulus)).toBe(false)
  })
})
