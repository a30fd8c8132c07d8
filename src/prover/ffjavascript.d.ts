/** Types of the parts of ffjavascript 0.3 that the project uses; the package ships none. */
declare module 'ffjavascript' {
  interface Field {
    /** w[k] generates the subgroup of order 2^k; Montgomery bytes. */
    readonly w: readonly Uint8Array[]
    toObject(element: Uint8Array): bigint
  }

  interface Curve {
    readonly Fr: Field
    readonly tm: {
      /** The compiled module, kept in single-thread mode. */
      readonly code: Uint8Array
      /** Addresses of the generators in a new instance, in Jacobian coordinates. */
      readonly pG1gen: number
      readonly pG2gen: number
    }
    terminate(): Promise<void>
  }

  export function buildBn128(singleThread: boolean): Promise<Curve>
}
