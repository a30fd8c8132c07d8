import { expect, it } from 'vitest'
import { base64ToBytes } from '../../../src/codec/bytes.ts'
import { CONSTANTS } from '../../../src/crypto/generated/poseidon-wasm.ts'
import { kernelConstants, poseidonDerived } from '../../../src/crypto/poseidon-derived.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'

it('derives the constants of the kernel, byte by byte those that are stored', () => {
  expect(Buffer.from(kernelConstants()).equals(base64ToBytes(CONSTANTS))).toBe(true)
})

it('hashes as the kernel with stored constants does', () => {
  const derived = poseidonDerived()
  for (const arity of [2, 3, 4, 5, 8]) {
    const inputs = Array.from({ length: arity }, (_, i) => BigInt(i) ** 40n)
    expect(derived.hash(inputs)).toBe(poseidon.hash(inputs))
  }
})
