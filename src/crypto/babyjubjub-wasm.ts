import { base64ToBytes } from '../codec/bytes.ts'
import { FIELD_BYTES, R, readField, writeField } from './field.ts'
import { BUFFER_AT, CONSTANTS, CONSTANTS_AT, MODULE, SLOTS } from './generated/babyjubjub-wasm.ts'

/** A point by its two coordinates. */
export interface AffinePoint {
  readonly x: bigint
  readonly y: bigint
}

const X_AT = BUFFER_AT + 2 * FIELD_BYTES
const OUTPUT_AT = BUFFER_AT + 4 * FIELD_BYTES

/** A point gets tables when it was used so often without: to make them takes as long as three or four uses. */
export const USES_BEFORE_TABLES = 32

type Run = (at: number) => void
type RunIn = (at: number, slot: number) => void

interface Kernel {
  memory: Uint8Array
  exports: Record<'init' | 'initMultiply', () => void> &
    Record<'combine' | 'multiply', Run> &
    Record<'prepare' | 'combinePrepared', RunIn>
}

let kernel: Kernel | undefined
/** Exports whose tables are there. */
let combine: Run | undefined
let multiply: Run | undefined

/** Points that have tables, the one that was used least recently first, and their slots. */
const prepared = new Map<AffinePoint, number>()
/** Uses without tables. */
const uses = new WeakMap<AffinePoint, number>()

/**
 * True if s * B8 + k * A = P. Computed by a WebAssembly kernel that `src/crypto/wasm/babyjubjub-wasm.mjs` generates and that is tested
 * against noble-curves. Correct for all points on the curve, the identity and points of small order included. Does not check that A is on the
 * curve. Not constant-time: for public values only.
 * @param s any number below r; need not be below the subgroup's order
 * @param k any number below r; need not be below the subgroup's order
 * @param a tables are made for an object that is given often, so its coordinates must not change
 */
export function isCombination(p: AffinePoint, s: bigint, k: bigint, a: AffinePoint): boolean {
  kernel ??= load()
  const { memory, exports } = kernel
  writeField(s, memory, BUFFER_AT)
  writeField(k, memory, BUFFER_AT + FIELD_BYTES)
  writeField(a.x, memory, X_AT)
  writeField(a.y, memory, X_AT + FIELD_BYTES)
  const slot = slotOf(a, kernel)
  if (slot === undefined) combinator(kernel)(BUFFER_AT)
  else exports.combinePrepared(BUFFER_AT, slot)
  const z = readField(memory, OUTPUT_AT + 2 * FIELD_BYTES)
  return (
    readField(memory, OUTPUT_AT) === (p.x * z) % R &&
    readField(memory, OUTPUT_AT + FIELD_BYTES) === (p.y * z) % R
  )
}

/** The slot with a point's tables; undefined if it was used too seldom to have some. Its coordinates are in the buffer. */
function slotOf(a: AffinePoint, loaded: Kernel): number | undefined {
  let slot = prepared.get(a)
  if (slot === undefined) {
    const used = (uses.get(a) ?? 0) + 1
    uses.set(a, used)
    if (used <= USES_BEFORE_TABLES) return undefined
    uses.delete(a)
    slot = freeSlot()
    multiplier(loaded)
    loaded.exports.prepare(BUFFER_AT, slot)
  } else prepared.delete(a)
  prepared.set(a, slot)
  return slot
}

/** A slot without a point: if there is none, the point that was used least recently gives way. */
function freeSlot(): number {
  if (prepared.size < SLOTS) return prepared.size
  const [oldest, slot] = prepared.entries().next().value!
  prepared.delete(oldest)
  return slot
}

/**
 * s * B8. By the same kernel, with neither branches nor addresses that depend on s, so s may be secret; the caller's arithmetic with numbers of
 * JavaScript is not constant-time, as that of noble-curves is not.
 * @param s any number below r; need not be below the subgroup's order
 */
export function multiplyBaseWasm(s: bigint): AffinePoint {
  kernel ??= load()
  const { memory } = kernel
  writeField(s, memory, BUFFER_AT)
  multiplier(kernel)(BUFFER_AT)
  const point = { x: readField(memory, OUTPUT_AT), y: readField(memory, OUTPUT_AT + FIELD_BYTES) }
  memory.fill(0, BUFFER_AT, BUFFER_AT + FIELD_BYTES)
  return point
}

function combinator({ exports }: Kernel): Run {
  if (combine === undefined) exports.init()
  combine ??= exports.combine
  return combine
}

function multiplier({ exports }: Kernel): Run {
  if (multiply === undefined) exports.initMultiply()
  multiply ??= exports.multiply
  return multiply
}

function load(): Kernel {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(base64ToBytes(MODULE)))
  const memory = new Uint8Array((exports.memory as WebAssembly.Memory).buffer)
  memory.set(base64ToBytes(CONSTANTS), CONSTANTS_AT)
  return { memory, exports: exports as unknown as Kernel['exports'] }
}
