import { base64ToBytes } from '../codec/bytes.ts'
import { FIELD_BYTES, R, readField, writeField } from './field.ts'
import { BUFFER_AT, CONSTANTS, CONSTANTS_AT, MODULE } from './generated/babyjubjub-wasm.ts'

/** A point by its two coordinates. */
export interface AffinePoint {
  readonly x: bigint
  readonly y: bigint
}

const X_AT = BUFFER_AT + 2 * FIELD_BYTES
const OUTPUT_AT = BUFFER_AT + 4 * FIELD_BYTES

type Run = (at: number) => void

interface Kernel {
  memory: Uint8Array
  exports: Record<'init' | 'initMultiply', () => void> & Record<'combine' | 'multiply', Run>
}

let kernel: Kernel | undefined
/** Exports whose tables are there. */
let combine: Run | undefined
let multiply: Run | undefined

/**
 * True if s * B8 + k * A = P. Computed by a WebAssembly kernel that `src/crypto/wasm/babyjubjub-wasm.mjs` generates and that is tested
 * against noble-curves. Correct for all points on the curve, the identity and points of small order included. Does not check that A is on the
 * curve. Not constant-time: for public values only.
 * @param s any number below r; need not be below the subgroup's order
 * @param k any number below r; need not be below the subgroup's order
 */
export function isCombination(p: AffinePoint, s: bigint, k: bigint, a: AffinePoint): boolean {
  kernel ??= load()
  const { memory, exports } = kernel
  if (combine === undefined) {
    exports.init()
    combine = exports.combine
  }
  writeField(s, memory, BUFFER_AT)
  writeField(k, memory, BUFFER_AT + FIELD_BYTES)
  writeField(a.x, memory, X_AT)
  writeField(a.y, memory, X_AT + FIELD_BYTES)
  combine(BUFFER_AT)
  const z = readField(memory, OUTPUT_AT + 2 * FIELD_BYTES)
  return (
    readField(memory, OUTPUT_AT) === (p.x * z) % R &&
    readField(memory, OUTPUT_AT + FIELD_BYTES) === (p.y * z) % R
  )
}

/**
 * s * B8. By the same kernel, with neither branches nor addresses that depend on s, so s may be secret; the caller's arithmetic with numbers of
 * JavaScript is not constant-time, as that of noble-curves is not.
 * @param s any number below r; need not be below the subgroup's order
 */
export function multiplyBaseWasm(s: bigint): AffinePoint {
  kernel ??= load()
  const { memory, exports } = kernel
  if (multiply === undefined) {
    exports.initMultiply()
    multiply = exports.multiply
  }
  writeField(s, memory, BUFFER_AT)
  multiply(BUFFER_AT)
  const point = { x: readField(memory, OUTPUT_AT), y: readField(memory, OUTPUT_AT + FIELD_BYTES) }
  memory.fill(0, BUFFER_AT, BUFFER_AT + FIELD_BYTES)
  return point
}

function load(): Kernel {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(base64ToBytes(MODULE)))
  const memory = new Uint8Array((exports.memory as WebAssembly.Memory).buffer)
  memory.set(base64ToBytes(CONSTANTS), CONSTANTS_AT)
  return { memory, exports: exports as unknown as Kernel['exports'] }
}
