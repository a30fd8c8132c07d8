import { bn254 } from '@noble/curves/bn254.js'
import { FREE, type Task, type TaskValue } from './kernels.ts'
import type { Layout } from './layout.ts'

export const G1 = bn254.G1.Point
export const G2 = bn254.G2.Point
export type Point1 = InstanceType<typeof G1>
export type Point2 = InstanceType<typeof G2>

const SCALAR_BYTES = 32
const LIMBS = 9
const LIMB_BITS = 29
const ELEMENT_BYTES = 4 * LIMBS
/** Room for a window's result: at most 17 bits of 8 + 144 bytes. */
const RESULT_BYTES = 4_096
const SCALAR_BITS = 254
/** The order of the field of coordinates. */
export const Q = bn254.fields.Fp.ORDER
/** 1 / 2^261 mod q. */
const LEAVE = bn254.fields.Fp.inv((1n << 261n) % Q)

/** A sum of points of a key, each times the scalar of a wire. */
export interface Terms {
  degree: 1 | 2
  count: number
  /** Addresses: of the points, and of a u32 per point that says which scalar it is multiplied by. */
  points: number
  wires: number
}

/** Bytes of a point as the kernels have it. */
export const pointBytes = (degree: 1 | 2): number => 2 * degree * ELEMENT_BYTES

/** Windows of a sum at least, of 16 bits at most; and at most, of about 4 bits. */
const MIN_WINDOWS = 16
const MAX_WINDOWS = 63

/** Into how many windows scalars are cut so that the fewest points are added: in each window, each point once, and the sum of each bucket once more. */
function windowsFor(count: number): number {
  const additions = (windows: number) => windows * (count + 2 ** (SCALAR_BITS / windows - 1))
  let best = MIN_WINDOWS
  for (let windows = best; windows <= MAX_WINDOWS; windows++)
    if (additions(windows) < additions(best)) best = windows
  return best
}

/** Multiplies and sums the points of a key (a multi-scalar multiplication): which tasks to run, and how to read what they leave. */
export class MultiSum {
  readonly terms: Terms
  readonly windows: number
  readonly #kernel: 'g1' | 'g2'
  readonly #scalars: number
  readonly #points: number
  readonly #results: number

  /** Takes the room that it needs beside the key from the layout. */
  constructor(terms: Terms, layout: Layout, windows = windowsFor(terms.count)) {
    this.terms = terms
    this.windows = windows
    this.#kernel = terms.degree === 1 ? 'g1' : 'g2'
    this.#scalars = layout.place(SCALAR_BYTES * terms.count)
    this.#points = layout.place(4 * terms.count)
    this.#results = layout.place(RESULT_BYTES * this.windows)
  }

  /** The task that returns how many bytes at FREE a window needs. */
  get windowBytes(): Task {
    return [this.#kernel, 'windowBytes', this.terms.count, this.windows]
  }

  /** The task that makes scalars ready: numbers below r of 32 little-endian bytes, one per wire. */
  prepare(scalars: number): Task {
    const { points, wires, count } = this.terms
    return [this.#kernel, 'prepare', scalars, wires, points, count, this.windows, this.#scalars, this.#points]
  }

  /** The tasks of all windows, in any order. @param prepared what `prepare` returned */
  sum([long, short]: TaskValue): Task[] {
    return Array.from({ length: this.windows }, (_, index) => [
      this.#kernel,
      'window',
      ...[this.#scalars, this.#points, this.terms.count, long, short, this.windows, index],
      ...[FREE, this.#results + RESULT_BYTES * index],
    ])
  }

  /** Windows have a bit more or less, the wider ones first, as the kernels cut them. */
  #firstBit(index: number): number {
    const { windows } = this
    return index * Math.floor(SCALAR_BITS / windows) + Math.min(index, SCALAR_BITS % windows)
  }

  /** The points that are left, by the power of two that they are to be multiplied by. @param bits what each window returned */
  #left(memory: WebAssembly.Memory, bits: readonly number[]): bigint[][][] {
    const words = new Int32Array(memory.buffer)
    const size = pointBytes(this.terms.degree)
    const left: bigint[][][] = []
    bits.forEach((count, index) => {
      for (let bit = 0; bit < count; bit++) {
        const at = (this.#results + RESULT_BYTES * index + (size + 8) * bit) / 4
        if (words[at] === 0) continue
        const elements = Array.from({ length: size / ELEMENT_BYTES }, (_, e) =>
          element(words, at + 2 + LIMBS * e),
        )
        const power = this.#firstBit(index) + bit
        left[power] ??= []
        left[power].push(elements)
      }
    })
    return left
  }

  sum1(memory: WebAssembly.Memory, bits: readonly number[]): Point1 {
    const points = this.#left(memory, bits)
    let sum = G1.ZERO
    for (let power = points.length - 1; power >= 0; power--) {
      sum = sum.double()
      for (const [x, y] of points[power] ?? []) sum = sum.add(G1.fromAffine({ x: x!, y: y! }))
    }
    return sum
  }

  sum2(memory: WebAssembly.Memory, bits: readonly number[]): Point2 {
    const points = this.#left(memory, bits)
    let sum = G2.ZERO
    for (let power = points.length - 1; power >= 0; power--) {
      sum = sum.double()
      for (const [x0, x1, y0, y1] of points[power] ?? [])
        sum = sum.add(G2.fromAffine({ x: { c0: x0!, c1: x1! }, y: { c0: y0!, c1: y1! } }))
    }
    return sum
  }
}

/** An element of 9 signed limbs in Montgomery form. */
function element(words: Int32Array, at: number): bigint {
  let value = 0n
  for (let i = LIMBS - 1; i >= 0; i--) value = (value << BigInt(LIMB_BITS)) + BigInt(words[at + i]!)
  const number = (value * LEAVE) % Q
  return number < 0n ? number + Q : number
}
