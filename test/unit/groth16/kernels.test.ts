import { beforeAll, describe, expect, it } from 'vitest'
import { R } from '../../../src/crypto/field.ts'
import type { KernelName, Kernels } from '../../../src/groth16/kernels.ts'
import { testKernels, writeNumber } from '../../support/groth16/kernels.ts'

const Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583n
const MONTGOMERY = 1n << 261n
const LIMBS = 9
const HALF = 2 ** 28
const mod = (x: bigint, p: bigint) => ((x % p) + p) % p
const inverseOf = (x: bigint, p: bigint) => {
  let [result, square] = [1n, mod(x, p)]
  for (let rest = p - 2n; rest > 0n; rest >>= 1n, square = (square * square) % p)
    if (rest & 1n) result = (result * square) % p
  return result
}

let kernels: Kernels
let words: Int32Array
let room: number
let needs: [number, number][]
beforeAll(async () => {
  const made = await testKernels()
  ;({ kernels, room } = made)
  needs = made.needs as [number, number][]
  words = new Int32Array(made.memory.buffer)
})

/** Writes limbs of both lanes; a component of F_q^2 takes 80 bytes. */
function put(at: number, lanes: readonly number[][]): void {
  for (let i = 0; i < LIMBS; i++)
    for (const [lane, limbs] of lanes.entries()) words.set([limbs[i]!], at / 4 + 2 * i + lane)
}
const get = (at: number, lane: number) =>
  Array.from({ length: LIMBS }, (_, i) => words[at / 4 + 2 * i + lane]!)
const value = (limbs: readonly number[]) => limbs.reduceRight((sum, limb) => (sum << 29n) + BigInt(limb), 0n)
/** Limbs of the largest size, with a sign per limb; the highest one is that of a value of about 6q. */
const extreme = (size: number, sign: (i: number) => number) =>
  Array.from({ length: LIMBS }, (_, i) => sign(i) * (i === LIMBS - 1 ? 2 ** 24 : size))
const SIGNS = [() => 1, () => -1, (i: number) => (i % 2 ? -1 : 1), (i: number) => (i < 4 ? 1 : -1)]
const CASES = SIGNS.flatMap((a) => SIGNS.map((b) => [a, b] as const))

/** That limbs are centered, and their value is this one modulo p, from -p to 3p. */
function expectElement(limbs: readonly number[], expected: bigint, p: bigint): void {
  for (const limb of limbs.slice(0, -1)) expect(limb >= -HALF && limb < HALF).toBe(true)
  expect(mod(value(limbs), p)).toBe(mod(expected, p))
  expect(value(limbs) > -p && value(limbs) < 3n * p).toBe(true)
}

describe('products of limbs as large as they may be', () => {
  const run = (kernel: KernelName, name: string, ...values: number[]) =>
    kernels.run([kernel, name, ...values])

  it.each([
    ['g1', Q, 2 ** 28, 2 ** 30],
    ['scalars', R, 2 ** 29, 2 ** 30],
  ] as const)('of %s are those of the numbers', (kernel, p, a, b) => {
    const unit = inverseOf(MONTGOMERY, p)
    for (const [signA, signB] of CASES) {
      const [x, y] = [extreme(a, signA), extreme(b, signB)]
      put(room, [x, y])
      put(room + 80, [y, x])
      if (kernel === 'g1') run(kernel, 'product', room, room + 80, room + 160)
      else run(kernel, 'products', room, room + 80, room + 160, 1)
      for (const lane of [0, 1]) expectElement(get(room + 160, lane), value(x) * value(y) * unit, p)
    }
  })

  it('of g2 are those of the numbers, with two products in a column', () => {
    const unit = inverseOf(MONTGOMERY, Q)
    for (const [signA, signB] of CASES) {
      const [x0, x1, y0, y1] = [
        extreme(2 ** 28, signA),
        extreme(2 ** 28, signB),
        extreme(2 ** 30, signB),
        extreme(2 ** 30, signA),
      ]
      for (const [at, limbs] of [x0, x1, y0, y1].entries()) put(room + 80 * at, [limbs, limbs])
      run('g2', 'product', room, room + 160, room + 320)
      const [a0, a1, b0, b1] = [x0, x1, y0, y1].map(value) as [bigint, bigint, bigint, bigint]
      expectElement(get(room + 320, 0), (a0 * b0 - a1 * b1) * unit, Q)
      expectElement(get(room + 400, 1), (a0 * b1 + a1 * b0) * unit, Q)
      run('g2', 'square', room, room + 320)
      expectElement(get(room + 320, 1), (a0 * a0 - a1 * a1) * unit, Q)
      expectElement(get(room + 400, 0), 2n * a0 * a1 * unit, Q)
      run('g2', 'inverse', room, room + 320)
      run('g2', 'product', room + 320, room, room + 480)
      expectElement(get(room + 480, 0), MONTGOMERY, Q)
      expectElement(get(room + 560, 1), 0n, Q)
    }
  })
})

it('inverses are those of the numbers, in both lanes', () => {
  const split = (x: bigint) =>
    Array.from({ length: LIMBS }, (_, i) =>
      Number(i < LIMBS - 1 ? (x >> BigInt(29 * i)) & 0x1fffffffn : x >> 232n),
    )
  const numbers = [
    1n,
    2n,
    3n,
    Q - 1n,
    Q - 2n,
    Q + 1n,
    (Q >> 1n) + 1n,
    1n - Q,
    1n << 253n,
    5n ** 109n,
    -(7n ** 90n),
  ]
  for (const [i, x] of numbers.entries()) {
    const lanes = [x, numbers[(i + 1) % numbers.length]!]
    put(room, lanes.map(split))
    kernels.run(['g1', 'inverse', room, room + 80])
    for (const [lane, number] of lanes.entries())
      expectElement(get(room + 80, lane), inverseOf(mod(number, Q), Q) * MONTGOMERY * MONTGOMERY, Q)
  }
})

it('a row may have many entries, of the largest values', () => {
  const [starts, entries, values, witness, raw, out] = Array.from(
    { length: 6 },
    (_, i) => room + 65_536 * i,
  ) as [number, number, number, number, number, number]
  const bytes = new Uint8Array(words.buffer)
  const count = 3_000
  // A zkey's coefficient 1 has a factor of 2^512. Times -1/R it is -1, which is stored as r - 1.
  writeNumber(bytes, raw, (1n << 512n) % R)
  kernels.run(['scalars', 'enter', raw, values, 1])
  writeNumber(bytes, raw, mod(-inverseOf(MONTGOMERY, R), R))
  kernels.run(['scalars', 'unpackAll', raw, witness, 1])
  words.set([0, 0, count, count + 1], starts / 4)
  words.set(new Int32Array(2 * count + 2), entries / 4)
  kernels.run(['scalars', 'rows', starts, entries, values, witness, 0, 3, out])
  for (const [row, expected] of [0n, -BigInt(count), -1n].entries())
    expect(mod(value(get(out + 72 * (row >> 1), row & 1)), R)).toBe(mod(expected, R))
})

it('sums of wires are below r, whatever their signs', () => {
  const [witness, starts, entries, out] = [room, room + 256, room + 512, room + 1_024] as const
  const bytes = new Uint8Array(words.buffer)
  for (const [i, x] of [0n, 1n, R - 1n].entries()) writeNumber(bytes, witness + 32 * i, x)
  // (r - 1) + (r - 1); 1 - 1; 0 - (r - 1); -0; (r - 1) + 1 - (r - 1)
  const sums = [[4, 4], [2, 3], [0, 5], [1], [4, 2, 5]]
  words.set([0, 2, 4, 6, 7, 10], starts / 4)
  words.set(sums.flat(), entries / 4)
  kernels.run(['scalars', 'combine', witness, starts, entries, sums.length, out])
  const read = (i: number) => {
    const number = bytes.slice(out + 32 * i, out + 32 * (i + 1)).reverse()
    return BigInt(`0x${Buffer.from(number).toString('hex')}`)
  }
  expect(sums.map((_, i) => read(i))).toEqual([R - 2n, 0n, 1n, 0n, 1n])
})

it('threads have as much scratch as their kernels need', () => {
  for (const [needed, given] of needs) expect(needed).toBeLessThanOrEqual(given)
})

it('sizes above 2 GiB are numbers, not negative ones', () => {
  expect(kernels.run(['g1', 'windowBytes', 2 ** 26, 16])[0]).toBeGreaterThan(2 ** 31)
})
