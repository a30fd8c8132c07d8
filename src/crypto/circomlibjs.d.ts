/** Types of the parts of circomlibjs 0.1.7 that the project uses; the package ships none. */
declare module 'circomlibjs' {
  /** ffjavascript's wrapper of one WASM instance. */
  export interface WasmManager {
    readonly memory: WebAssembly.Memory
    readonly instance: { readonly exports: Record<string, (...pointers: number[]) => number> }
    /** Reserves bytes of the instance's memory, which are never freed. @returns their address */
    alloc(length: number): number
  }

  export interface WasmField {
    readonly tm: WasmManager
    e(value: bigint | string | Uint8Array): Uint8Array
    toObject(element: Uint8Array): bigint
  }

  export interface PoseidonFunction {
    (inputs: readonly bigint[] | Uint8Array): Uint8Array
    readonly F: WasmField
  }

  export type JubPoint = [Uint8Array, Uint8Array]

  export interface Eddsa {
    readonly F: WasmField
    prv2pub(seed: Uint8Array): JubPoint
    signPoseidon(seed: Uint8Array, message: Uint8Array): { R8: JubPoint; S: bigint }
    verifyPoseidon(message: Uint8Array, signature: { R8: JubPoint; S: bigint }, key: JubPoint): boolean
  }

  export function buildPoseidon(): Promise<PoseidonFunction>
  export function buildEddsa(): Promise<Eddsa>
}
