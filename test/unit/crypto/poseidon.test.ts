import { buildPoseidon } from 'circomlibjs'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { concatBytes } from '../../../src/codec/bytes.ts'
import { accountOf } from '../../../src/crypto/account.ts'
import { fieldToBytes, R } from '../../../src/crypto/field.ts'
import { HistoryTree } from '../../../src/crypto/history-tree.ts'
import { subtreeRoot, verifyPath, zeroHash } from '../../../src/crypto/merkle.ts'
import { hashAll, type Poseidon, type PoseidonPairs } from '../../../src/crypto/poseidon.ts'
import { checkPoseidon } from '../../../src/crypto/poseidon-check.ts'
import { poseidonLite } from '../../../src/crypto/poseidon-lite.ts'
import { poseidonWasm } from '../../../src/crypto/poseidon-wasm.ts'
import { publicKeyOf } from '../../../src/crypto/sign.ts'
import { StateTree } from '../../../src/crypto/state-tree.ts'

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

const kernel = poseidonWasm()
/** Adds one to every hash of the kernel. */
const wrong: Poseidon = {
  hash: (inputs) => (kernel.hash(inputs) + 1n) % R,
  hashFour(source, offset, target, targetOffset) {
    kernel.hashFour(source, offset, target, targetOffset)
    target[targetOffset + 31]! ^= 1
  },
}

let reference: (inputs: readonly bigint[]) => bigint
beforeAll(async () => {
  const circomlib = await buildPoseidon()
  reference = (inputs) => circomlib.F.toObject(circomlib(inputs))
})

describe.each([
  ['the kernel', kernel, [2, 3, 4, 5, 8]],
  ['the portable Poseidon', poseidonLite, [2, 3, 4, 5, 8]],
])('%s', (_, poseidon, arities) => {
  it.each(arities)('hashes %i inputs as circomlibjs does', (arity) => {
    fc.assert(
      fc.property(fc.array(element, { minLength: arity, maxLength: arity }), (inputs) => {
        expect(poseidon.hash(inputs)).toBe(reference(inputs))
      }),
      { numRuns: 100 },
    )
  })

  it('hashes four elements in place', () => {
    const inputs = [R - 1n, 2n, 0n, 1n << 200n]
    const source = new Uint8Array(7 + 128)
    inputs.forEach((input, i) => {
      source.set(fieldToBytes(input), 7 + 32 * i)
    })
    const target = new Uint8Array(40)
    poseidon.hashFour(source, 7, target, 5)
    expect(target.subarray(5, 37)).toEqual(fieldToBytes(reference(inputs)))
  })

  it('rejects inputs outside the field, and numbers of inputs that the protocol does not use', () => {
    const others = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17].filter((count) => !arities.includes(count))
    for (const inputs of [
      [R, 0n],
      [-1n, 0n],
      [0n, R + 5n],
      ...others.map((n) => new Array<bigint>(n).fill(0n)),
    ])
      expect(() => poseidon.hash(inputs)).toThrow(RangeError)
  })
})

describe('the kernel', () => {
  it('agrees with circomlibjs over a long chain of hashes', () => {
    let chain = [1n, 2n, 3n, 4n]
    for (let i = 0; i < 3000; i++) {
      const next = kernel.hash(chain)
      if (i % 50 === 0) expect(next).toBe(reference(chain))
      chain = [...chain.slice(1), next]
    }
    expect(kernel.hash(chain)).toBe(reference(chain))
  })

  it('shares no memory with another', () => {
    const other = poseidonWasm()
    const first = kernel.hash([1n, 2n])
    other.hash([3n, 4n])
    expect(kernel.hash([1n, 2n])).toBe(first)
    expect(other.hash([1n, 2n])).toBe(first)
  })
})

describe('two hashes at once', () => {
  const pairs = kernel.pairs!

  it.each([2, 3, 4, 5, 8])('are those of circomlibjs, of %i inputs each', (arity) => {
    const list = fc.array(element, { minLength: arity, maxLength: arity })
    fc.assert(
      fc.property(list, list, (a, b) => {
        expect(pairs.hash(a, b)).toEqual([reference(a), reference(b)])
      }),
      { numRuns: 100 },
    )
  })

  it('agree with single ones over a long chain', () => {
    let [a, b] = [
      [1n, 2n, 3n, 4n],
      [R - 1n, R - 2n, 0n, 7n],
    ]
    for (let i = 0; i < 1500; i++) {
      const [x, y] = pairs.hash(a!, b!)
      if (i % 50 === 0) expect([x, y]).toEqual([kernel.hash(a!), kernel.hash(b!)])
      ;[a, b] = [
        [...b!.slice(1), x],
        [...a!.slice(1), y],
      ]
    }
    expect(pairs.hash(a!, b!)).toEqual([reference(a!), reference(b!)])
  })

  it('hash the children of two nodes, also in place', () => {
    const [a, b] = [
      [R - 1n, 2n, 0n, 1n << 200n],
      [5n, 6n, R - 7n, 8n],
    ] as const
    const [bytesOfA, bytesOfB] = [a, b].map((four) => concatBytes(...four.map(fieldToBytes))) as [
      Uint8Array,
      Uint8Array,
    ]
    pairs.hashFour(bytesOfA, bytesOfB, bytesOfB, bytesOfA)
    expect(bytesOfB.subarray(0, 32)).toEqual(fieldToBytes(reference(a)))
    expect(bytesOfA.subarray(0, 32)).toEqual(fieldToBytes(reference(b)))
  })

  it('reject inputs outside the field, lists of different lengths, and lengths that the protocol does not use', () => {
    for (const [a, b] of [
      [
        [1n, R],
        [1n, 2n],
      ],
      [
        [1n, 2n],
        [-1n, 2n],
      ],
      [
        [1n, 2n],
        [1n, 2n, 3n],
      ],
      [[1n], [1n]],
      [new Array<bigint>(9).fill(0n), new Array<bigint>(9).fill(0n)],
    ] as const)
      expect(() => pairs.hash(a, b)).toThrow(RangeError)
  })

  it.each([
    ['with pairs', kernel],
    ['without', poseidonLite],
  ])('are part of many, %s, in their order', (_, poseidon) => {
    const lengths = [2, 4, 4, 8, 2, 2, 4, 5]
    const lists = lengths.map((length, i) => Array.from({ length }, (_, k) => BigInt(100 * i + k)))
    expect(hashAll(poseidon, lists)).toEqual(lists.map((list) => reference(list)))
    expect(hashAll(poseidon, [])).toEqual([])
  })
})

describe('the check that a node makes at start', () => {
  it('passes the kernel', async () => {
    await expect(checkPoseidon(kernel)).resolves.toBeUndefined()
  })

  it('fails if pairs are hashed otherwise', async () => {
    const pairs: PoseidonPairs = {
      ...kernel.pairs!,
      hash: (a, b) => [kernel.hash(a), (kernel.hash(b) + BigInt(b.length === 8)) % R],
    }
    await expect(checkPoseidon({ ...kernel, pairs })).rejects.toThrow(
      /pairs of 8 inputs differently in round 0/,
    )
    const swapped: PoseidonPairs = {
      ...kernel.pairs!,
      hashFour: (a, b, first, second) => kernel.pairs!.hashFour(a, b, second, first),
    }
    await expect(checkPoseidon({ ...kernel, pairs: swapped })).rejects.toThrow(/children of two nodes/)
  })

  it('fails on anything that hashes otherwise', async () => {
    await expect(checkPoseidon(wrong)).rejects.toThrow(/differs from circomlibjs on 2 inputs in round 0/)
  })
})

describe('what hashes', () => {
  /** Roots and an account, by a Poseidon that nothing prepared. */
  const derived = (poseidon: Poseidon) => {
    const state = new StateTree(poseidon, 3)
    const overlay = state.fork()
    overlay.setLeaves([
      [0, 1n],
      [37, R - 1n],
    ])
    const history = new HistoryTree(poseidon, 3)
    history.append([5n, 6n, 7n, 8n, 9n])
    const publicKey = publicKeyOf({ kind: 'eddsa', seed: new Uint8Array(32).fill(7) })
    return {
      empty: state.root,
      zero: zeroHash(poseidon, 3),
      changed: overlay.root,
      path: verifyPath(poseidon, R - 1n, 37, overlay.path(37)),
      history: history.root(),
      subtree: subtreeRoot(poseidon, [5n, 6n, 7n, 8n, 9n], 3),
      account: accountOf(poseidon, publicKey),
    }
  }

  it('computes the same by either implementation, with no step before', () => {
    const byLite = derived(poseidonLite)
    expect(derived(poseidonWasm())).toEqual(byLite)
    expect(byLite.empty).toBe(byLite.zero)
    expect(byLite.path).toBe(byLite.changed)
    expect(byLite.history).toBe(byLite.subtree)
  })

  it('uses the Poseidon it was given for every value, and no result of another', () => {
    const right = derived(kernel)
    for (const [name, value] of Object.entries(derived(wrong)))
      expect(value, name).not.toBe(right[name as keyof typeof right])
    expect(derived(kernel)).toEqual(right)
  })
})
