import { createPublicKey, verify } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { expect, it } from 'vitest'
import { concatBytes, hexToBytes, utf8 } from '../../../src/codec/bytes.ts'
import { ed25519PublicKey, signEd25519 } from '../../../src/crypto/ed25519.ts'
import { verifyEd25519, verifyWithoutNode } from '../../../src/crypto/ed25519-verify.ts'

const { Point } = ed25519
const seed = new Uint8Array(32).fill(7)
const message = utf8('a vote')
const scalarBytes = (value: bigint) =>
  hexToBytes(value.toString(16).padStart(64, '0')).reverse() as Uint8Array<ArrayBuffer>

/** What OpenSSL says, which verifyEd25519 must say too. */
function byOpenSsl(publicKey: Uint8Array, signature: Uint8Array): boolean {
  const spki = Buffer.from(concatBytes(hexToBytes('302a300506032b6570032100'), publicKey))
  try {
    return verify(null, message, createPublicKey({ key: spki, format: 'der', type: 'spki' }), signature)
  } catch {
    return false
  }
}

/** Signatures by a secret scalar, with a part of small order added to key and R, as a malicious validator could. */
function withTorsion(key: InstanceType<typeof Point>, r: InstanceType<typeof Point>) {
  const [scalar, nonce] = [12345n, 67890n]
  const publicKey = Point.BASE.multiply(scalar).add(key).toBytes()
  const rBytes = Point.BASE.multiply(nonce).add(r).toBytes()
  const digest = sha512(concatBytes(rBytes, publicKey, message)).reverse()
  const challenge = BigInt(`0x${Buffer.from(digest).toString('hex')}`)
  const s = (nonce + challenge * scalar) % Point.Fn.ORDER
  return { publicKey, signature: concatBytes(rBytes, scalarBytes(s)) }
}

it('verifies signatures alike with and without Node', () => {
  const publicKey = ed25519PublicKey(seed)
  const signature = signEd25519(seed, message)
  for (const verifier of [verifyEd25519, verifyWithoutNode]) {
    expect(verifier(publicKey, message, signature)).toBe(true)
    expect(verifier(publicKey, utf8('another'), signature)).toBe(false)
    for (let at = 0; at < 64; at += 5) {
      const changed = signature.slice()
      changed[at]! ^= 1
      expect(verifier(publicKey, message, changed)).toBe(false)
    }
    for (const wrong of [new Uint8Array(0), signature.slice(1), new Uint8Array(65)]) {
      expect(verifier(publicKey, message, wrong)).toBe(false)
      expect(verifier(wrong, message, signature)).toBe(false)
    }
  }
})

it('agrees with OpenSSL on keys and signatures with parts of small order, and on numbers that are not reduced', () => {
  const torsion = Point.fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05')
  const small = Array.from({ length: 8 }, (_, i) => torsion.multiplyUnsafe(BigInt(i)))
  const cases = small.flatMap((key) => small.map((r) => withTorsion(key, r)))
  // A key of small order alone verifies what nobody signed wherever the challenge times it vanishes.
  for (const key of small)
    cases.push({ publicKey: key.toBytes(), signature: concatBytes(small[0]!.toBytes(), new Uint8Array(32)) })
  const { publicKey, signature } = withTorsion(small[0]!, small[0]!)
  const s = BigInt(`0x${Buffer.from(signature.slice(32)).reverse().toString('hex')}`)
  cases.push({
    publicKey,
    signature: concatBytes(signature.slice(0, 32), scalarBytes(s + Point.Fn.ORDER)),
  })
  // y = p + 1, and y = 1 with a sign: second spellings of the identity.
  for (const key of [`ee${'ff'.repeat(30)}7f`, `01${'00'.repeat(30)}80`])
    cases.push({
      publicKey: hexToBytes(key),
      signature: concatBytes(small[0]!.toBytes(), new Uint8Array(32)),
    })
  const accepted = cases.filter((one) => byOpenSsl(one.publicKey, one.signature))
  expect(accepted.length).toBeGreaterThan(8)
  expect(accepted.length).toBeLessThan(cases.length)
  for (const one of cases) {
    const expected = byOpenSsl(one.publicKey, one.signature)
    expect(verifyWithoutNode(one.publicKey, message, one.signature)).toBe(expected)
    expect(verifyEd25519(one.publicKey, message, one.signature)).toBe(expected)
  }
})
