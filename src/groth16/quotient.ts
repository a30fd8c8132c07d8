import { R } from '../crypto/field.ts'
import type { Kernels, Task } from './kernels.ts'
import type { KeyHeader, PartName } from './key.ts'
import type { Layout } from './layout.ts'

const SCALAR_BYTES = 32
const LIMB_BYTES = 36
const PAIR_BYTES = 72
const LIMB_BITS = 29n
/** Parts that rows and products are cut into, for threads to share. */
const CHUNKS = 8

/**
 * The scalars of a proof: the witness, and the quotient's values at the odd points of the coset, which snarkjs's keys have points for. With A and B the
 * matrices of the circuit and w the witness, these are (A w)(B w) - (A w . B w) there, where each of the three is a polynomial through its values
 * at the roots of unity.
 */
export class Quotient {
  /** Address of the scalars of wires, then of sums of wires: 32 little-endian bytes each. */
  readonly scalars: number
  /** Address of the scalars of the quotient. */
  readonly quotient: number
  readonly #header: KeyHeader
  readonly #key: number
  readonly #limbs: number
  readonly #vectors: readonly [number, number, number]
  readonly #roots: number
  readonly #inverseRoots: number
  readonly #coset: number

  constructor(header: KeyHeader, key: number, layout: Layout) {
    const { wires, merged, domain } = header
    this.#header = header
    this.#key = key
    this.scalars = layout.place(SCALAR_BYTES * (wires + merged))
    this.quotient = layout.place(SCALAR_BYTES * domain)
    this.#limbs = layout.place(LIMB_BYTES * wires)
    const vector = () => layout.place(LIMB_BYTES * domain)
    this.#vectors = [vector(), vector(), vector()]
    this.#roots = vector()
    this.#inverseRoots = vector()
    this.#coset = vector()
  }

  /** Computes the roots of unity, once. */
  prepare(memory: WebAssembly.Memory, kernels: Kernels): void {
    const { domain } = this.#header
    const bits = Math.log2(domain)
    // The arguments lie where the scalars will.
    const arguments_ = [this.scalars, this.scalars + LIMB_BYTES] as const
    const powers = (first: bigint, step: bigint, count: number, reversed: 0 | 1, out: number) => {
      writeLimbs(memory, arguments_[0], first)
      writeLimbs(memory, arguments_[1], step)
      kernels.run(['scalars', 'powers', ...arguments_, count, reversed, out])
    }
    for (let level = 1; level < bits; level++) {
      const at = PAIR_BYTES * 2 ** (level - 1)
      powers(1n, rootOfUnity(level + 1), level, 0, this.#roots + at)
      powers(1n, power(rootOfUnity(level + 1), R - 2n), level, 0, this.#inverseRoots + at)
    }
    powers(power(BigInt(domain), R - 2n), rootOfUnity(bits + 1), bits, 1, this.#coset)
  }

  /** Sums of wires that share a point, and the limbs of the witness: once it is at `scalars`. */
  enter(): Task[] {
    const { wires, merged } = this.#header
    const sums = [this.#part('mergedStarts'), this.#part('mergedEntries'), merged]
    return [
      ['scalars', 'combine', this.scalars, ...sums, this.scalars + SCALAR_BYTES * wires],
      ['scalars', 'unpackAll', this.scalars, this.#limbs, wires],
    ]
  }

  /** Both matrices times the witness. */
  rows(): Task[] {
    const [a, b] = this.#vectors
    return (['rowsA', 'rowsB'] as const).flatMap((name, i) => {
      const matrix = [`${name}Starts`, `${name}Entries`, 'values'].map((part) => this.#part(part as PartName))
      return this.#chunks().map(
        ([first, last]): Task => [
          ...(['scalars', 'rows', ...matrix, this.#limbs] as const),
          ...[2 * first, 2 * last, i === 0 ? a : b],
        ],
      )
    })
  }

  products(): Task[] {
    const [a, b, c] = this.#vectors
    return this.#chunks().map(([first, last]) => [
      'scalars',
      'products',
      ...[a, b, c].map((vector) => vector + PAIR_BYTES * first),
      last - first,
    ])
  }

  /** From the roots of unity to the coset. */
  transforms(): Task[] {
    const { domain } = this.#header
    return this.#vectors.map((vector) => [
      ...(['scalars', 'extend', vector, domain] as const),
      ...[this.#inverseRoots, this.#coset, this.#roots],
    ])
  }

  join(): Task[] {
    return this.#chunks().map((chunk) => ['scalars', 'join', ...this.#vectors, ...chunk, this.quotient])
  }

  /** Pairs of elements from and to. */
  #chunks(): [first: number, last: number][] {
    const pairs = this.#header.domain / 2
    const count = Math.min(CHUNKS, pairs)
    return Array.from({ length: count }, (_, i) => [(pairs / count) * i, (pairs / count) * (i + 1)])
  }

  #part(name: PartName): number {
    return this.#key + this.#header.parts[name].at
  }
}

/** A root of unity of order 2^bits, the one that snarkjs takes. */
function rootOfUnity(bits: number): bigint {
  return power(5n, (R - 1n) >> BigInt(bits))
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let rest = exponent, square = base; rest > 0n; rest >>= 1n, square = (square * square) % R)
    if (rest & 1n) result = (result * square) % R
  return result
}

function writeLimbs(memory: WebAssembly.Memory, at: number, value: bigint): void {
  const view = new DataView(memory.buffer)
  for (let i = 0; i < LIMB_BYTES / 4; i++)
    view.setUint32(at + 4 * i, Number((value >> (LIMB_BITS * BigInt(i))) & ((1n << LIMB_BITS) - 1n)), true)
}
