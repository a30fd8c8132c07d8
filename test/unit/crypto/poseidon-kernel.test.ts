import { buildPoseidon } from 'circomlibjs'
import fc from 'fast-check'
import { poseidon2, poseidon3, poseidon4, poseidon5, poseidon8 } from 'poseidon-lite'
import { describe, expect, it } from 'vitest'
import { createPoseidonKernel } from '../../../src/crypto/poseidon-kernel.ts'

const R = 21888242871839275222246405745257275088548364400416034343698204186575808495617n
const references: Record<number, (inputs: bigint[]) => bigint> = {
  2: poseidon2,
  3: poseidon3,
  4: poseidon4,
  5: poseidon5,
  8: poseidon8,
}
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
    (1n << 232n) + ((1n << 29n) - 1n),
  ),
)

describe('the Poseidon kernel', () => {
  const kernel = createPoseidonKernel()

  for (const arity of [2, 3, 4, 5, 8])
    it(`hashes ${arity} inputs as poseidon-lite does`, () => {
      fc.assert(
        fc.property(fc.array(element, { minLength: arity, maxLength: arity }), (inputs) => {
          expect(kernel.hash(inputs)).toBe(references[arity]!(inputs))
        }),
        { numRuns: 300 },
      )
    })

  it('agrees with circomlibjs over a long chain of hashes', async () => {
    const reference = await buildPoseidon()
    let chain = [1n, 2n, 3n, 4n]
    for (let i = 0; i < 3000; i++) {
      const next = kernel.hash(chain)
      if (i % 50 === 0) expect(next).toBe(reference.F.toObject(reference(chain)))
      chain = [chain[1]!, chain[2]!, chain[3]!, next]
    }
    expect(kernel.hash(chain)).toBe(reference.F.toObject(reference(chain)))
  })

  it('hashes many groups at once, across its chunks, as one by one', () => {
    const count = 3000
    const inner = new Uint8Array(count * 4 * 32)
    for (let i = 0; i < count * 4; i++) kernel.toInner(BigInt(i) * 7n, inner, i * 32)
    const out = new Uint8Array(count * 32)
    kernel.hashMany(4, count, inner, out)
    for (const n of [0, 1, 1023, 1024, 2047, 2048, 2999])
      expect(kernel.fromInner(out, n * 32)).toBe(kernel.hash([0, 1, 2, 3].map((i) => BigInt(4 * n + i) * 7n)))
  })

  it('carries elements in and out of inner form, big-endian canonical bytes too', () => {
    fc.assert(
      fc.property(element, (x) => {
        const inner = new Uint8Array(32)
        kernel.toInner(x, inner, 0)
        expect(kernel.fromInner(inner, 0)).toBe(x)
        const canonical = kernel.toCanonicalBytes(1, inner)
        expect(BigInt(`0x${Buffer.from(canonical).toString('hex')}`)).toBe(x)
        expect(kernel.fromCanonicalBytes(1, canonical)).toEqual(inner)
      }),
    )
  })

  it('refuses a number of inputs it has no constants for', () => {
    expect(() => kernel.hash([1n])).toThrow(RangeError)
    expect(() => kernel.hashMany(6, 1, new Uint8Array(192), new Uint8Array(32))).toThrow(RangeError)
  })
})
