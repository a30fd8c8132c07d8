import { buildBn128 } from 'ffjavascript'
import { FIELD_BYTES, R } from '../../crypto/field.ts'

const PAGE_BYTES = 65_536
/** WebAssembly can address 4 GiB. The last page stays unused, so that no sum of addresses overflows 32 bits. */
const MAX_PAGES = 65_535

/** The WebAssembly functions used here. All arguments are addresses, lengths or counts. Field elements have 32 bytes, little-endian. */
interface Exports {
  frm_add(a: number, b: number, out: number): void
  frm_sub(a: number, b: number, out: number): void
  frm_mul(a: number, b: number, out: number): void
  frm_batchInverse(from: number, step: number, count: number, to: number, toStep: number): void
}

/**
 * Arithmetic in BN254's scalar field in one WebAssembly instance with its own memory. It calls ffjavascript's compiled code directly, because ffjavascript's API
 * copies every element into and out of the memory.
 */
export class Bn254 {
  readonly exports: Exports
  readonly memory: WebAssembly.Memory
  readonly #roots: readonly bigint[]

  private constructor(code: Uint8Array, roots: readonly bigint[]) {
    this.memory = new WebAssembly.Memory({ initial: Math.ceil(code.length / PAGE_BYTES) + 25 })
    const module = new WebAssembly.Module(code as Uint8Array<ArrayBuffer>)
    const instance = new WebAssembly.Instance(module, { env: { memory: this.memory } })
    this.exports = instance.exports as unknown as Exports
    this.#roots = roots
  }

  static async load(): Promise<Bn254> {
    const { Fr, tm } = await buildBn128(true)
    return new Bn254(
      tm.code,
      Fr.w.map((root) => Fr.toObject(root)),
    )
  }

  /** Generator of the subgroup of order 2^power of the scalar field. */
  root(power: number): bigint {
    const root = this.#roots[power]
    if (root === undefined) throw new RangeError(`the scalar field has no root of order 2^${power}`)
    return root
  }

  /** A view of the whole memory. It may become stale with the next `alloc`. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.memory.buffer)
  }

  /** Reserves zeroed bytes, which are never freed. @returns their address */
  alloc(length: number): number {
    const free = new Uint32Array(this.memory.buffer, 0, 1)
    const at = Math.ceil(free[0]! / 8) * 8
    this.#grow(at + length)
    new Uint32Array(this.memory.buffer, 0, 1)[0] = at + length
    this.bytes.fill(0, at, at + length)
    return at
  }

  /** Ensures that there is free memory above the allocated part, which the batch functions use. */
  scratch(length: number): void {
    this.#grow(new Uint32Array(this.memory.buffer, 0, 1)[0]! + length)
  }

  /** Reserves a field element in Montgomery form, `value` * 2^256. A Montgomery product with it is a product with `value`. */
  montgomery(value: bigint): number {
    return this.plain((value << 256n) % R)
  }

  /** Reserves a field element in canonical form. @returns its address */
  plain(value: bigint): number {
    const at = this.alloc(FIELD_BYTES)
    const bytes = this.bytes
    let rest = value
    for (let i = 0; i < FIELD_BYTES; i++) {
      bytes[at + i] = Number(rest & 0xffn)
      rest >>= 8n
    }
    return at
  }

  #grow(length: number): void {
    const pages = Math.ceil(length / PAGE_BYTES)
    if (pages > MAX_PAGES) throw new RangeError('the setup needs more memory than WebAssembly has')
    const missing = pages - this.memory.buffer.byteLength / PAGE_BYTES
    if (missing > 0) this.memory.grow(missing)
  }
}
