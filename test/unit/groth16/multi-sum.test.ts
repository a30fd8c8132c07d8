import { buildBn128 } from 'ffjavascript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { R } from '../../../src/crypto/field.ts'
import {
  compileKernels,
  Kernels,
  MEMORY_START,
  SCRATCH_BYTES,
  writeConstants,
} from '../../../src/groth16/kernels.ts'
import { Layout } from '../../../src/groth16/layout.ts'
import { MultiSum, pointBytes } from '../../../src/groth16/multi-sum.ts'
import { testKernels, writeNumber } from '../../support/groth16/kernels.ts'

type Curve = Awaited<ReturnType<typeof buildBn128>>
let curve: Curve
beforeAll(async () => {
  curve = await buildBn128(true)
})
afterAll(() => curve.terminate())

/** The sum by the kernels, in snarkjs's affine form as strings. */
async function byKernels(
  degree: 1 | 2,
  bases: Uint8Array,
  scalars: Uint8Array,
  { shared = true, windows }: { shared?: boolean; windows?: number } = {},
) {
  const count = scalars.length / 32
  const modules = await compileKernels(shared)
  const kernel = degree === 1 ? 'g1' : 'g2'
  const layout = new Layout(MEMORY_START)
  const [scratch, from, numbers] = [SCRATCH_BYTES, bases.length, scalars.length].map((n) =>
    layout.place(n),
  ) as [number, number, number]
  const terms = {
    degree,
    count,
    points: layout.place(pointBytes(degree) * count),
    wires: layout.place(4 * count),
  }
  const sum = new MultiSum(terms, layout, windows)
  const { kernels: probe } = await testKernels()
  // Exactly as much as the kernel asks for lies before the memory's end.
  const room = probe.run(sum.windowBytes)[0]
  const end = Math.ceil((layout.place(room) + room) / 65_536) * 65_536
  const memory = new WebAssembly.Memory({ initial: end / 65_536, maximum: end / 65_536, shared })
  writeConstants(memory)
  const bytes = new Uint8Array(memory.buffer)
  bytes.set(bases, from)
  bytes.set(scalars, numbers)
  new Uint32Array(memory.buffer, terms.wires, count).set(Array.from({ length: count }, (_, i) => i))
  const kernels = new Kernels({ modules, memory, scratch, free: end - Math.ceil(room / 64) * 64 })
  kernels.run([kernel, 'enter', from, terms.points, count])
  const bits = sum.sum(kernels.run(sum.prepare(numbers))).map((task) => kernels.run(task)[0])
  const exceptions = kernels.count(kernel, 'exceptions')
  if (degree === 1) {
    const { x, y } = sum.sum1(memory, bits).toAffine()
    return { exceptions, point: String([x, y]) }
  }
  const { x, y } = sum.sum2(memory, bits).toAffine()
  return { exceptions, point: String([x.c0, x.c1, y.c0, y.c1]) }
}

async function byFfjavascript(degree: 1 | 2, bases: Uint8Array, scalars: Uint8Array): Promise<string> {
  const group = degree === 1 ? curve.G1 : curve.G2
  const sum = group.toAffine(await group.multiExpAffine(bases, scalars))
  return group.isZero(sum) ? String(Array(2 * degree).fill(0)) : String(group.toObject(sum).slice(0, 2))
}

/** So many multiples of the generator, by their numbers; negative ones are opposites, 0 is left to be infinity. */
function points(degree: 1 | 2, numbers: readonly number[]): Uint8Array {
  const group = degree === 1 ? curve.G1 : curve.G2
  const size = 64 * degree
  const known = new Map<number, Uint8Array>([[1, group.toAffine(group.g)]])
  for (let k = 2; k <= Math.max(...numbers.map(Math.abs)); k++)
    known.set(k, group.toAffine(group.add(known.get(k - 1)!, group.g)))
  const bytes = new Uint8Array(size * numbers.length)
  numbers.forEach((k, i) => {
    const point = known.get(Math.abs(k))
    if (point !== undefined) bytes.set(k < 0 ? group.toAffine(group.neg(point)) : point, size * i)
  })
  return bytes
}

function scalarBytes(values: readonly bigint[]): Uint8Array {
  const bytes = new Uint8Array(32 * values.length)
  values.forEach((value, i) => {
    writeNumber(bytes, 32 * i, value)
  })
  return bytes
}

const list = <T>(length: number, f: (i: number) => T) => Array.from({ length }, (_, i) => f(i))
const large = (i: number) => ((BigInt(i) + 3n) ** 40n * 3n ** 150n) % R
const EXTREME = [0n, 1n, R - 1n, 2n, R - 2n, R >> 1n, (R >> 1n) + 1n, (1n << 253n) - 1n, 255n, 256n]

describe.each([1, 2] as const)('sums of multiples of points of G%i', (degree) => {
  it.each([
    ['one point', [1], [5n]],
    ['many points and large scalars', list(300, (i) => i + 1), list(300, large)],
    [
      'scalars 0, 1, r - 1, about r / 2, powers of two',
      list(300, (i) => i + 1),
      [
        ...list(46, (i) => EXTREME[i % EXTREME.length]!),
        ...list(254, (i) => (i % 3 ? R - (1n << BigInt(i)) + R : 1n << BigInt(i))),
      ],
    ],
    ['equal points with equal scalars', list(65, () => 7), list(65, () => large(1))],
    ['opposite points with equal scalars', list(64, (i) => (i % 2 ? 5 : -5)), list(64, () => large(2))],
    [
      'pairs that cancel, and a point that remains',
      [3, -3, 4, -4, 9, 6, -6],
      [...list(4, () => large(5)), large(6), large(7), large(7)],
    ],
    ['no scalar but 0', [1, 2, 3], [0n, 0n, 0n]],
  ])('%s: as ffjavascript', async (_, numbers, values) => {
    const [bases, scalars] = [points(degree, numbers), scalarBytes(values.map((x) => x % R))]
    const { point } = await byKernels(degree, bases, scalars)
    expect(point).toBe(await byFfjavascript(degree, bases, scalars))
  })

  it.each([16, 17, 20, 31, 41, 63])('in %i windows: as ffjavascript', async (windows) => {
    // Scalars are compared with r / 2 by their highest word: these are the largest ones that are taken as they are, and negated.
    const half = (R >> 193n) << 192n
    const values = [...EXTREME, half - 1n, half, R - half, R - half + 1n, ...list(6, large)]
    const [bases, scalars] = [
      points(
        degree,
        list(values.length, (i) => i + 1),
      ),
      scalarBytes(values),
    ]
    const { point } = await byKernels(degree, bases, scalars, { windows })
    expect(point).toBe(await byFfjavascript(degree, bases, scalars))
  })

  it('meets equal, opposite and infinite points while it adds', async () => {
    // Pairs that cancel leave infinities, which are added to others; equal points are doubled.
    const numbers = list(120, (i) => [4, -4, 2, 2, 6, -2][i % 6]!)
    const [bases, scalars] = [points(degree, numbers), scalarBytes(list(120, () => large(3)))]
    const { point, exceptions } = await byKernels(degree, bases, scalars)
    expect(point).toBe(await byFfjavascript(degree, bases, scalars))
    expect(exceptions).toBeGreaterThan(100)
  })

  it('runs in a memory that is not shared', async () => {
    const [bases, scalars] = [points(degree, [1, 2, 3]), scalarBytes(list(3, large))]
    const { point } = await byKernels(degree, bases, scalars, { shared: false })
    expect(point).toBe(await byFfjavascript(degree, bases, scalars))
  })
})
