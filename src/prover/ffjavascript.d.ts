/** Types of the parts of ffjavascript 0.3 that the project uses; the package ships none. */
declare module 'ffjavascript' {
  interface Field {
    /** w[k] generates the subgroup of order 2^k; Montgomery bytes. */
    readonly w: readonly Uint8Array[]
    toObject(element: Uint8Array): bigint
    /** Montgomery bytes of a number. */
    e(number: bigint): Uint8Array
    /** Tests replace it, to know what snarkjs draws. */
    random: () => Uint8Array
    fromRng(random: ChaCha): Uint8Array
  }

  /** The generator of random numbers that snarkjs seeds for a beacon with 8 words. */
  export class ChaCha {
    constructor(seed: readonly number[])
  }

  /** Points are bytes: Montgomery, little-endian, affine or Jacobian. */
  interface Group {
    readonly g: Uint8Array
    add(a: Uint8Array, b: Uint8Array): Uint8Array
    neg(a: Uint8Array): Uint8Array
    isZero(a: Uint8Array): boolean
    toAffine(a: Uint8Array): Uint8Array
    /** x, y and z as numbers, or as pairs of them in G2. */
    toObject(a: Uint8Array): readonly unknown[]
    multiExpAffine(bases: Uint8Array, scalars: Uint8Array): Promise<Uint8Array>
  }

  interface Curve {
    readonly G1: Group
    readonly G2: Group
    readonly Fr: Field
    readonly tm: {
      /** The compiled module, kept in single-thread mode. */
      readonly code: Uint8Array
    }
    terminate(): Promise<void>
  }

  export function buildBn128(singleThread: boolean): Promise<Curve>
}
