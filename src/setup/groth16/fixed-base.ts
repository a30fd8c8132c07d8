import { FIELD_BYTES } from '../../crypto/field.ts'
import type { Bn254 } from './bn254.ts'

/** Bits of a scalar per window. Each window has a table of 2^WINDOW_BITS multiples. */
const WINDOW_BITS = 13
const WINDOWS = Math.ceil(254 / WINDOW_BITS)
const TABLE_SIZE = 2 ** WINDOW_BITS
/** Number of multiplications whose results are converted to affine form together. */
const CHUNK = 8_192

/** Multiplies the generator of G1 or G2 by many scalars. */
export class FixedBase {
  /** Bytes of an affine point. */
  readonly pointBytes: number
  readonly #bn254: Bn254
  readonly #table: number
  readonly #results: number
  readonly #coordinateBytes: number
  readonly #addMixed: (a: number, b: number, out: number) => void
  readonly #zero: (at: number) => void
  readonly #batchToAffine: (from: number, count: number, to: number) => void

  constructor(bn254: Bn254, group: 'g1' | 'g2') {
    const { exports } = bn254
    this.#bn254 = bn254
    this.#coordinateBytes = group === 'g1' ? FIELD_BYTES : 2 * FIELD_BYTES
    this.pointBytes = 2 * this.#coordinateBytes
    this.#addMixed = exports[`${group}m_addMixed`]!
    this.#zero = exports[`${group}m_zero`]!
    this.#batchToAffine = exports[`${group}m_batchToAffine`]!
    this.#table = bn254.alloc(WINDOWS * TABLE_SIZE * this.pointBytes)
    this.#results = bn254.alloc(Math.max(CHUNK, TABLE_SIZE) * 3 * this.#coordinateBytes)
    this.#fillTable(bn254[group], exports[`${group}m_double`]!)
  }

  /**
   * Computes affine points in the form of a .zkey: Montgomery, little-endian, all zeros for the scalar 0.
   * @param scalars address of the canonical scalars in WebAssembly memory
   * @param emit gets the points in chunks; each chunk is overwritten by the next one
   */
  multiply(scalars: number, count: number, emit: (points: Uint8Array, done: number) => void): void {
    const jacobianBytes = 3 * this.#coordinateBytes
    const { buffer } = this.#bn254.memory
    for (let from = 0; from < count; from += CHUNK) {
      const size = Math.min(CHUNK, count - from)
      for (let i = 0; i < size; i++) {
        this.#multiplyOne(
          new Uint32Array(buffer, scalars + (from + i) * FIELD_BYTES, 8),
          this.#results + i * jacobianBytes,
        )
      }
      this.#batchToAffine(this.#results, size, this.#results)
      emit(new Uint8Array(buffer, this.#results, size * this.pointBytes), from + size)
    }
  }

  #multiplyOne(scalar: Uint32Array, result: number): void {
    this.#zero(result)
    for (let window = 0; window < WINDOWS; window++) {
      const bit = window * WINDOW_BITS
      const word = bit >>> 5
      const shift = bit & 31
      let digit = scalar[word]! >>> shift
      if (shift > 32 - WINDOW_BITS && word < 7) digit |= scalar[word + 1]! << (32 - shift)
      digit &= TABLE_SIZE - 1
      if (digit !== 0) {
        this.#addMixed(result, this.#table + (window * TABLE_SIZE + digit) * this.pointBytes, result)
      }
    }
  }

  /** Fills the tables: entry d of window w is d * 2^(w * WINDOW_BITS) times the generator. */
  #fillTable(generator: number, double: (point: number, out: number) => void): void {
    const jacobianBytes = 3 * this.#coordinateBytes
    const affine = this.#bn254.alloc(this.pointBytes)
    const base = this.#bn254.alloc(jacobianBytes)
    this.#bn254.scratch(2 * Math.max(CHUNK, TABLE_SIZE) * this.#coordinateBytes)
    const bytes = this.#bn254.bytes
    bytes.copyWithin(base, generator, generator + jacobianBytes)
    for (let window = 0; window < WINDOWS; window++) {
      this.#batchToAffine(base, 1, affine)
      this.#zero(this.#results)
      for (let digit = 1; digit < TABLE_SIZE; digit++) {
        const at = this.#results + digit * jacobianBytes
        this.#addMixed(at - jacobianBytes, affine, at)
      }
      this.#batchToAffine(this.#results, TABLE_SIZE, this.#table + window * TABLE_SIZE * this.pointBytes)
      for (let i = 0; i < WINDOW_BITS; i++) double(base, base)
    }
  }
}
