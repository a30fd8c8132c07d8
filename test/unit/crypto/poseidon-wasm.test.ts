import { buildPoseidon } from 'circomlibjs'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { fieldToBytes, R } from '../../../src/crypto/field.ts'
import { poseidonLite } from '../../../src/crypto/poseidon.ts'
import { checkPoseidonWasm } from '../../../src/crypto/poseidon-check.ts'
import { poseidonWasm, usePoseidonWasm } from '../../../src/crypto/poseidon-wasm.ts'

/** Elements with all bits or none set in some limb are where a carry would go missing. */
const element = fc.oneof(
  fc.bigInt({ min: 0n, max: R - 1n }),
  fc.constantFrom(
    0n,
    1n,
    R - 1n,
    R - 2n,
    (1n << 253n) - 1n,
    (1n << 232n) - 1n,
    (1n << 232n) + (1n << 29n) - 1n,
  ),
)

describe('the Poseidon kernel', () => {
  beforeAll(usePoseidonWasm)

  it.each([1, 2, 3, 4, 5, 8, 16])('hashes %i inputs as poseidon-lite does', (arity) => {
    fc.assert(
      fc.property(fc.array(element, { minLength: arity, maxLength: arity }), (inputs) => {
        expect(poseidonWasm().hash(inputs)).toBe(poseidonLite(inputs))
      }),
      { numRuns: 200 },
    )
  })

  it('agrees with circomlibjs over a long chain of hashes', async () => {
    const reference = await buildPoseidon()
    let chain = [1n, 2n, 3n, 4n]
    for (let i = 0; i < 3000; i++) {
      const next = poseidonWasm().hash(chain)
      if (i % 50 === 0) expect(next).toBe(reference.F.toObject(reference(chain)))
      chain = [...chain.slice(1), next]
    }
    expect(poseidonWasm().hash(chain)).toBe(reference.F.toObject(reference(chain)))
  })

  it('passes the check that a node makes at start', async () => {
    await expect(checkPoseidonWasm()).resolves.toBeUndefined()
  })

  it('hashes four elements where they lie', () => {
    const inputs = [R - 1n, 2n, 0n, 1n << 200n]
    const source = new Uint8Array(7 + 128)
    inputs.forEach((input, i) => {
      source.set(fieldToBytes(input), 7 + 32 * i)
    })
    const target = new Uint8Array(40)
    poseidonWasm().hashFour(source, 7, target, 5)
    expect(target.subarray(5, 37)).toEqual(fieldToBytes(poseidonLite(inputs)))
  })
})
