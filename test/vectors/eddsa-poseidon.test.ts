import { expect, it } from 'vitest'
import { concatBytes, hexToBytes } from '../../src/codec/bytes.ts'
import { eddsaPublicKey, signEddsa, verifyEddsa } from '../../src/crypto/eddsa.ts'
import { fieldToBytes } from '../../src/crypto/field.ts'
import { poseidon } from '../support/crypto/poseidon.ts'
import { describeShared, readSharedJson } from '../support/shared/shared-folder.ts'

interface Case {
  privateKeyHex: string
  message: string
  Ax: string
  Ay: string
  R8x: string
  R8y: string
  S: string
}

const encode = (...numbers: string[]) => concatBytes(...numbers.map((n) => fieldToBytes(BigInt(n))))

describeShared('EdDSA-Poseidon vectors of go-iden3-crypto', () => {
  const { cases } = readSharedJson<{ cases: Case[] }>('vectors', 'eddsa-poseidon.json')

  it.each(cases)('derives the key, signs and verifies $privateKeyHex', (vector) => {
    const seed = hexToBytes(vector.privateKeyHex)
    const publicKey = encode(vector.Ax, vector.Ay)
    const signature = encode(vector.R8x, vector.R8y, vector.S)
    expect(eddsaPublicKey(seed)).toEqual(publicKey)
    expect(signEddsa(poseidon, seed, BigInt(vector.message))).toEqual(signature)
    expect(verifyEddsa(poseidon, publicKey, BigInt(vector.message), signature)).toBe(true)
  })
})
