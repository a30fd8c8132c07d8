import { afterEach, describe, expect, it } from 'vitest'
import { R } from '../../../src/crypto/field.ts'
import { poseidon, poseidonLite, setPoseidon } from '../../../src/crypto/poseidon.ts'

describe('poseidon', () => {
  afterEach(() => setPoseidon(poseidonLite))

  it('rejects inputs outside the field, none, or too many, before any engine reduces them', () => {
    setPoseidon(() => 42n)
    for (const inputs of [[R], [-1n], [0n, R + 5n], [], new Array<bigint>(17).fill(0n)]) {
      expect(() => poseidon(inputs)).toThrow(RangeError)
    }
  })

  it('computes with the engine that was set', () => {
    setPoseidon(() => 42n)
    expect(poseidon([1n])).toBe(42n)
    setPoseidon(poseidonLite)
    expect(poseidon([1n])).toBe(poseidonLite([1n]))
  })
})
