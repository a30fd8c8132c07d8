import { base64ToBytes } from '../codec/bytes.ts'
import { FIELD_BYTES, R, readField, writeField } from './field.ts'
import { BATCH, BUFFER_AT, CONSTANTS, CONSTANTS_AT, MODULE, SLOTS } from './generated/babyjubjub-wasm.ts'

/** A point by its two coordinates. */
export interface AffinePoint {
  readonly x: bigint
  readonly y: bigint
}

const X_AT = BUFFER_AT + 2 * FIELD_BYTES
/** X, Y, T, Z of a sum. */
const SUM_AT = BUFFER_AT + 4 * FIELD_BYTES
/** The coordinates of a batch, behind the scalar. */
const BATCH_AT = BUFFER_AT + 2 * FIELD_BYTES

interface Kernel {
  memory: Uint8Array
  init(): void
  prepare(at: number, slot: number): void
  combine(at: number, slot: number): void
  initMultiply(): void
  multiply(at: number, index: number): void
  leaveBatch(count: number, to: number): void
}

let kernel: Kernel | undefined
/** Whether the tables of B8 are there: for sums, and for products alone. */
let canCombine = false
let canMultiply = false

/** Points that have tables, the one that was used least recently first, and their slots. */
const prepared = new Map<AffinePoint, number>()

/**
 * True if s * B8 + k * A = P. Computed by a WebAssembly kernel that `src/crypto/wasm/babyjubjub-wasm.mjs` generates and that is tested
 * against noble-curves. Correct for all points on the curve, the identity and points of small order included. Does not check that A is on the
 * curve. Not constant-time: for public values only.
 * @param s any number below r; need not be below the subgroup's order
 * @param k any number below r; need not be below the subgroup's order
 * @param a has tables from its first use on, which take about two uses to make, so whoever asks often gives the same object; its coordinates must not change
 */
export function isCombination(p: AffinePoint, s: bigint, k: bigint, a: AffinePoint): boolean {
  kernel ??= load()
  const { memory } = kernel
  if (!canCombine) kernel.init()
  canCombine = true
  const slot = slotOf(a, kernel)
  writeField(s, memory, BUFFER_AT)
  writeField(k, memory, BUFFER_AT + FIELD_BYTES)
  kernel.combine(BUFFER_AT, slot)
  const z = readField(memory, SUM_AT + 3 * FIELD_BYTES)
  return (
    readField(memory, SUM_AT) === (p.x * z) % R && readField(memory, SUM_AT + FIELD_BYTES) === (p.y * z) % R
  )
}

/** The slot with a point's tables, which are made if it has none. */
function slotOf(a: AffinePoint, { memory, prepare }: Kernel): number {
  let slot = prepared.get(a)
  if (slot === undefined) {
    slot = freeSlot()
    writeField(a.x, memory, X_AT)
    writeField(a.y, memory, X_AT + FIELD_BYTES)
    prepare(BUFFER_AT, slot)
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
 * s * B8 for each s; of many at once, one takes half the time. By the same kernel, with neither branches nor addresses that depend on s, so s may
 * be secret; the caller's arithmetic with numbers of JavaScript is not constant-time, as that of noble-curves is not.
 * @param scalars any numbers below r; need not be below the subgroup's order
 */
export function multiplyBaseWasm(scalars: readonly bigint[]): AffinePoint[] {
  kernel ??= load()
  const { memory } = kernel
  if (!canMultiply) kernel.initMultiply()
  canMultiply = true
  const points: AffinePoint[] = []
  for (let from = 0; from < scalars.length; from += BATCH) {
    const batch = scalars.slice(from, from + BATCH)
    for (const [i, s] of batch.entries()) {
      writeField(s, memory, BUFFER_AT)
      kernel.multiply(BUFFER_AT, i)
    }
    memory.fill(0, BUFFER_AT, BUFFER_AT + FIELD_BYTES)
    kernel.leaveBatch(batch.length, BATCH_AT)
    for (let at = BATCH_AT; points.length < from + batch.length; at += 2 * FIELD_BYTES)
      points.push({ x: readField(memory, at), y: readField(memory, at + FIELD_BYTES) })
  }
  return points
}

function load(): Kernel {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(base64ToBytes(MODULE)))
  const memory = new Uint8Array((exports.memory as WebAssembly.Memory).buffer)
  memory.set(base64ToBytes(CONSTANTS), CONSTANTS_AT)
  return { ...(exports as unknown as Omit<Kernel, 'memory'>), memory }
}
