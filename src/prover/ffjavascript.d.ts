/** What the project uses of ffjavascript 0.3, which ships no types. */
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
      /** Where the generators lie in a fresh instance, Jacobian. */
      readonly pG1gen: number
      readonly pG2gen: number
    }
    terminate(): Promise<void>
  }

  export function buildBn128(singleThread: boolean): Promise<Curve>
}
