import { buildBn128 } from 'ffjavascript'
import { FIELD_BYTES, R } from '../../crypto/field.ts'

const PAGE_BYTES = 65_536
/** WebAssembly addresses 4 GiB; the last page stays free so that no sum overflows. */
const MAX_PAGES = 65_535

/** The WASM functions used here; all take addresses. Field elements have 32 bytes, little-endian. */
interface Exports {
  frm_add(a: number, b: number, out: number): void
  frm_sub(a: number, b: number, out: number): void
  frm_mul(a: number, b: number, out: number): void
  frm_batchInverse(from: number, step: number, count: number, to: number, toStep: number): void
  [name: string]: (...numbers: number[]) => void
}

/**
 * BN254 arithmetic in one WASM instance with memory of its own: ffjavascript's compiled code, called directly, for
 * its own API copies every element in and out.
 */
export class Bn254 {
  readonly exports: Exports
  readonly memory: WebAssembly.Memory
  /** Jacobian generators. */
  readonly g1: number
  readonly g2: number
  readonly #roots: readonly bigint[]

  private constructor(code: Uint8Array, g1: number, g2: number, roots: readonly bigint[]) {
    this.memory = new WebAssembly.Memory({ initial: Math.ceil(code.length / PAGE_BYTES) + 25 })
    const module = new WebAssembly.Module(code as Uint8Array<ArrayBuffer>)
    const instance = new WebAssembly.Instance(module, { env: { memory: this.memory } })
    this.exports = instance.exports as unknown as Exports
    this.g1 = g1
    this.g2 = g2
    this.#roots = roots
  }

  static async load(): Promise<Bn254> {
    const { Fr, tm } = await buildBn128(true)
    return new Bn254(
      tm.code,
      tm.pG1gen,
      tm.pG2gen,
      Fr.w.map((root) => Fr.toObject(root)),
    )
  }

  /** Generator of the subgroup of order 2^power of the scalar field. */
  root(power: number): bigint {
    const root = this.#roots[power]
    if (root === undefined) throw new RangeError(`the scalar field has no root of order 2^${power}`)
    return root
  }

  /** All of memory; a view from before an `alloc` may be stale. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.memory.buffer)
  }

  /** Reserves zeroed bytes, never freed; returns where they begin. */
  alloc(length: number): number {
    const free = new Uint32Array(this.memory.buffer, 0, 1)
    const at = Math.ceil(free[0]! / 8) * 8
    this.#grow(at + length)
    new Uint32Array(this.memory.buffer, 0, 1)[0] = at + length
    this.bytes.fill(0, at, at + length)
    return at
  }

  /** Makes sure of scratch room above what is allocated, for the batch functions. */
  scratch(length: number): void {
    this.#grow(new Uint32Array(this.memory.buffer, 0, 1)[0]! + length)
  }

  /** Reserves a field element: `value` times 2^256 (Montgomery form), so that a product with it drops that factor. */
  montgomery(value: bigint): number {
    return this.plain((value << 256n) % R)
  }

  /** Reserves a field element as it is. */
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
