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

interface Kernel {
  memory: Uint8Array
  combine: (at: number) => void
}

let loaded: Kernel | undefined

/**
 * True if s * B8 + k * A = P. Computed by a WebAssembly kernel that `src/crypto/wasm/babyjubjub-wasm.mjs` generates and that is tested
 * against noble-curves. Correct for all points on the curve, the identity and points of small order included. Does not check that A is on the
 * curve. Not constant-time: for public values only.
 * @param s any number below r; need not be below the subgroup's order
 * @param k any number below r; need not be below the subgroup's order
 */
export function isCombination(p: AffinePoint, s: bigint, k: bigint, a: AffinePoint): boolean {
  loaded ??= load()
  const { memory, combine } = loaded
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

function load(): Kernel {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(base64ToBytes(MODULE)))
  const memory = new Uint8Array((exports.memory as WebAssembly.Memory).buffer)
  memory.set(base64ToBytes(CONSTANTS), CONSTANTS_AT)
  const init = exports.init as () => void
  init()
  return { memory, combine: exports.combine as (at: number) => void }
}
