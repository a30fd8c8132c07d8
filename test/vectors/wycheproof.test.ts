import { createPublicKey } from 'node:crypto'
import { expect, it } from 'vitest'
import { verifyEd25519, verifyWithoutNode } from '../../src/crypto/ed25519-verify.ts'
import { verifyRsa } from '../../src/crypto/rsa.ts'
import { describeShared, readSharedJson } from '../support/shared/shared-folder.ts'

interface Suite {
  numberOfTests: number
  testGroups: {
    publicKeyPem: string
    publicKey: { pk?: string; modulus?: string; publicExponent?: string }
    tests: { tcId: number; comment: string; msg: string; sig: string; result: 'valid' | 'invalid' }[]
  }[]
}

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))
const load = (file: string) => readSharedJson<Suite>('vectors', 'wycheproof', file)

/** The group's RSA key as rsaEncryption with NULL parameters, whatever the file's own encoding says. */
function rsaSpki({ publicKey }: Suite['testGroups'][number]): Uint8Array {
  const base64 = (hex: string) => Buffer.from(hex.replace(/^00/, ''), 'hex').toString('base64url')
  const jwk = { kty: 'RSA', n: base64(publicKey.modulus!), e: base64(publicKey.publicExponent!) }
  return new Uint8Array(createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'der' }))
}

describeShared('Wycheproof RSA-PSS', () => {
  it.each([2048, 3072, 4096])('%i bits, SHA-256, MGF1-SHA-256, salt 32', (bits) => {
    const suite = load(`rsa_pss_${bits}_sha256_mgf1_32_test.json`)
    let seen = 0
    for (const group of suite.testGroups) {
      const spki = rsaSpki(group)
      for (const test of group.tests) {
        const valid = verifyRsa(spki, bytes(test.msg), bytes(test.sig))
        expect(valid, `${test.tcId}: ${test.comment}`).toBe(test.result === 'valid')
        seen++
      }
    }
    expect(seen).toBe(suite.numberOfTests)
  })

  it.each([
    // One of its signatures is invalid there because its salt has 32 bytes: that one is ours.
    ['SHA-256, salt 0', 'rsa_pss_2048_sha256_mgf1_0_test.json', ['s_len changed to 32']],
    ['SHA-1, salt 20', 'rsa_pss_2048_sha1_mgf1_20_test.json', []],
  ])('rejects signatures made with other parameters: %s', (_, file, ours) => {
    const accepted: string[] = []
    for (const group of load(file).testGroups) {
      const spki = rsaSpki(group)
      for (const test of group.tests) {
        if (verifyRsa(spki, bytes(test.msg), bytes(test.sig))) accepted.push(test.comment)
      }
    }
    expect(accepted).toEqual(ours)
  })
})

describeShared('Wycheproof Ed25519', () => {
  it.each([
    ['by OpenSSL', verifyEd25519],
    ['without Node', verifyWithoutNode],
  ])('accepts and rejects as the file says, %s', (_, verify) => {
    const suite = load('ed25519_test.json')
    let seen = 0
    for (const group of suite.testGroups) {
      for (const test of group.tests) {
        const valid = verify(bytes(group.publicKey.pk!), bytes(test.msg), bytes(test.sig))
        expect(valid, `${test.tcId}: ${test.comment}`).toBe(test.result === 'valid')
        seen++
      }
    }
    expect(seen).toBe(suite.numberOfTests)
  })
})
