// Writes src/crypto/generated/babyjubjub-wasm.ts: s * B8 + k * A, and s * B8 alone, on BabyJubJub as WebAssembly.
//
// Points are computed on the isomorphic curve -x^2 + y^2 = 1 + d' x^2 y^2 with x' = x / c, c^2 = -1/a, d' = -d/a, in
// extended coordinates (Hisil, Wong, Carter, Dawson 2008: add-2008-hwcd-3, dbl-2008-hwcd). -1 is a square and d' is none, so
// the formulas hold for all points of the curve, the identity and those of small order included.
//
// combine: 4-bit windows of k, 8-bit windows of s. Not constant-time: for public values only.
// combinePrepared: the same, with tables for each of the 64 digits of k and s, so that nothing is doubled. A point's tables are
// prepared once, which takes as long as three or four calls of combine, and then it takes a third of that.
// multiply: a table for each of the scalar's 64 digits. Each digit adds one point, 0 the identity, and reads its whole table, so that
// neither branches nor addresses depend on the scalar: it may be secret.
//
// Bounds: products are below 2r; a difference adds 8r, so factors are at most 10r and 14r, and 140 r^2 / 2^261 + r < 2r.
import { babyjubjub } from '@noble/curves/misc.js'
import {
  BITS,
  base64,
  compile,
  ELEMENT_BYTES,
  ENTER,
  element,
  fieldSource,
  LIMBS,
  layout,
  limbs,
  lines,
  MASK,
  plain,
  R,
  writeGenerated,
} from './field-wasm.mjs'

const { Fp, BASE } = babyjubjub.Point
const { a, d } = babyjubjub.Point.CURVE()
const C = Fp.sqrt(Fp.neg(Fp.inv(a)))
const D = Fp.neg(Fp.div(d, a))

/** 8r with limbs so large that none of a sum of two products' limbs exceeds its own: what a difference adds. */
const BIAS = limbs(8n * R).map((limb, i) => {
  if (i === LIMBS - 1) return limb - 2n
  return limb + (2n << BITS) - (i === 0 ? 0n : 2n)
})

const W = ELEMENT_BYTES
const POINT = 4 * W
const SCRATCH = 1024
const CONSTANTS = 4096
const memory = layout(CONSTANTS)
const one = memory.place([plain(1n)])
const enter = memory.place([plain(ENTER)])
const c = memory.place([element(C)])
const inverseC = memory.place([element(Fp.inv(C))])
const twiceD = memory.place([element(Fp.add(D, D))])
const identity = memory.place([0n, 1n, 1n, 0n].map(element))
const baseX = Fp.div(BASE.x, C)
const base = memory.place([baseX, BASE.y, 1n, Fp.mul(baseX, BASE.y)].map(element))
/** r - 2, little-endian. */
const exponent = memory.place([Buffer.from((R - 2n).toString(16).padStart(64, '0'), 'hex').reverse()])
const BASE_TABLE = memory.end()
const COMB = BASE_TABLE + 256 * POINT
const DIGITS = 64
const COMB_BYTES = DIGITS * 16 * POINT
/** Points that have tables at a time. */
const SLOTS = 4
const SLOT_TABLES = COMB + COMB_BYTES
const BUFFER = SLOT_TABLES + SLOTS * COMB_BYTES

const curve = `
const T0: usize = ${SCRATCH}, T1: usize = T0 + ${W}, T2: usize = T1 + ${W}, T3: usize = T2 + ${W}
const T4: usize = T3 + ${W}, T5: usize = T4 + ${W}, T6: usize = T5 + ${W}, T7: usize = T6 + ${W}
const SUM: usize = T7 + ${W}
const MULTIPLE: usize = SUM + ${POINT}
const TABLE: usize = MULTIPLE + ${POINT}
const CHOSEN: usize = TABLE + ${16 * POINT}

/** Limbs below 2^30: not to be added again. */
function add(a: usize, b: usize, out: usize): void {
${lines(LIMBS, (i) => `  store<u32>(out, load<u32>(a, ${4 * i}) + load<u32>(b, ${4 * i}), ${4 * i})`)}
}
/** a - b + 8r, carried; b at most a sum of two products. */
function sub(a: usize, b: usize, out: usize): void {
  let t: u32 = 0
${lines(LIMBS, (i) =>
  [
    `  t += load<u32>(a, ${4 * i}) + ${BIAS[i]} - load<u32>(b, ${4 * i})`,
    i < LIMBS - 1
      ? `  store<u32>(out, t & ${MASK}, ${4 * i})\n  t >>= ${BITS}`
      : `  store<u32>(out, t, ${4 * i})`,
  ].join('\n'),
)}
}
/** P = 2P for P = (X, Y, Z, T); all signs turned, which is the same point. T only if the next step adds. */
function double(p: usize, withT: bool): void {
  square(p, T0)
  square(p + ${W}, T1)
  add(p, p + ${W}, T2)
  square(T2, T2)
  add(T0, T1, T3)
  sub(T2, T3, T2)
  sub(T1, T0, T4)
  square(p + ${2 * W}, T5)
  add(T5, T5, T5)
  add(T5, T0, T5)
  sub(T5, T1, T5)
  mul(T2, T5, p)
  mul(T4, T3, p + ${W})
  mul(T5, T4, p + ${2 * W})
  if (withT) mul(T2, T3, p + ${3 * W})
}
/** P = P + Q for Q = (Y - X, Y + X, 2d'T, 2Z). */
function addCached(p: usize, q: usize): void {
  sub(p + ${W}, p, T0)
  mul(T0, q, T0)
  add(p + ${W}, p, T1)
  mul(T1, q + ${W}, T1)
  mul(p + ${3 * W}, q + ${2 * W}, T2)
  mul(p + ${2 * W}, q + ${3 * W}, T3)
  sub(T1, T0, T4)
  sub(T3, T2, T5)
  add(T3, T2, T6)
  add(T1, T0, T7)
  mul(T4, T5, p)
  mul(T6, T7, p + ${W})
  mul(T5, T6, p + ${2 * W})
  mul(T4, T7, p + ${3 * W})
}
function cache(p: usize, out: usize): void {
  sub(p + ${W}, p, out)
  add(p + ${W}, p, out + ${W})
  mul(p + ${3 * W}, ${twiceD}, out + ${2 * W})
  add(p + ${2 * W}, p + ${2 * W}, out + ${3 * W})
}
/** Multiples 1 .. count - 1 of MULTIPLE, cached, at table + i * POINT. */
function fill(table: usize, count: usize): void {
  cache(MULTIPLE, table + ${POINT})
  for (let i: usize = 2; i < count; i++) {
    addCached(MULTIPLE, table + ${POINT})
    cache(MULTIPLE, table + i * ${POINT})
  }
}
/** Call once, before the first combine. */
export function init(): void {
  memory.copy(MULTIPLE, ${base}, ${POINT})
  fill(${BASE_TABLE}, 256)
}
function doubleFour(): void {
  double(SUM, false)
  double(SUM, false)
  double(SUM, false)
  double(SUM, true)
}
function leave(from: usize, to: usize): void {
  mul(from, ${one}, T0)
  pack(T0, to)
}
/** The point of x, y at \`at + 64\`, to MULTIPLE. */
function enterPoint(at: usize): void {
  unpack(at + 64, T0)
  mul(T0, ${enter}, T0)
  mul(T0, ${inverseC}, MULTIPLE)
  unpack(at + 96, T0)
  mul(T0, ${enter}, MULTIPLE + ${W})
  memory.copy(MULTIPLE + ${2 * W}, ${identity + W}, ${W})
  mul(MULTIPLE, MULTIPLE + ${W}, MULTIPLE + ${3 * W})
}
/** X, Y, Z of SUM, to \`at + 128\`. */
function leaveSum(at: usize): void {
  mul(SUM, ${c}, SUM)
  leave(SUM, at + 128)
  leave(SUM + ${W}, at + 160)
  leave(SUM + ${2 * W}, at + 192)
}
/** From s, k, x, y at \`at\` (32 big-endian bytes each) to X, Y, Z of s * B8 + k * (x, y) at \`at + 128\`. */
export function combine(at: usize): void {
  enterPoint(at)
  fill(TABLE, 16)
  memory.copy(SUM, ${identity}, ${POINT})
  for (let i: usize = 0; i < 32; i++) {
    const k: usize = load<u8>(at + i, 32)
    const s: usize = load<u8>(at + i)
    doubleFour()
    if (k >> 4) addCached(SUM, TABLE + (k >> 4) * ${POINT})
    doubleFour()
    if (k & 15) addCached(SUM, TABLE + (k & 15) * ${POINT})
    if (s) addCached(SUM, ${BASE_TABLE} + s * ${POINT})
  }
  leaveSum(at)
}
/** A table of 16 multiples of MULTIPLE, 16 * MULTIPLE, 256 * MULTIPLE and so on. */
function fillComb(comb: usize): void {
  for (let digit: usize = 0; digit < ${DIGITS}; digit++) {
    const table = comb + digit * ${16 * POINT}
    cache(${identity}, table)
    fill(table, 16)
    addCached(MULTIPLE, table + ${POINT})
  }
}
/** Call once, before the first multiply or combinePrepared. */
export function initMultiply(): void {
  memory.copy(MULTIPLE, ${base}, ${POINT})
  fillComb(${COMB})
}
/** Makes the tables of x, y at \`at + 64\`, in one of ${SLOTS} slots. */
export function prepare(at: usize, slot: usize): void {
  enterPoint(at)
  fillComb(${SLOT_TABLES} + slot * ${COMB_BYTES})
}
/** As combine, for the point that was prepared in a slot. */
export function combinePrepared(at: usize, slot: usize): void {
  memory.copy(SUM, ${identity}, ${POINT})
  let base: usize = ${COMB}
  let comb: usize = ${SLOT_TABLES} + slot * ${COMB_BYTES}
  for (let i: usize = 0; i < 32; i++) {
    const s: usize = load<u8>(at + 31 - i)
    const k: usize = load<u8>(at + 63 - i)
    if (s & 15) addCached(SUM, base + (s & 15) * ${POINT})
    if (k & 15) addCached(SUM, comb + (k & 15) * ${POINT})
    base += ${16 * POINT}
    comb += ${16 * POINT}
    if (s >> 4) addCached(SUM, base + (s >> 4) * ${POINT})
    if (k >> 4) addCached(SUM, comb + (k >> 4) * ${POINT})
    base += ${16 * POINT}
    comb += ${16 * POINT}
  }
  leaveSum(at)
}
/** The digit's point of a table, to CHOSEN. */
function choose(table: usize, digit: u32): void {
  for (let at: usize = 0; at < ${POINT}; at += 8) {
    let word: u64 = 0
    for (let i: u32 = 0; i < 16; i++) {
      word |= load<u64>(table + i * ${POINT} + at) & (0 - <u64>(i == digit))
    }
    store<u64>(CHOSEN + at, word)
  }
}
/** out = 1 / a by Fermat's theorem. */
function invert(a: usize, out: usize): void {
  memory.copy(out, a, ${W})
  for (let bit: i32 = ${(R - 2n).toString(2).length - 2}; bit >= 0; bit--) {
    square(out, out)
    if (load<u8>(${exponent} + (bit >> 3)) & (1 << (bit & 7))) mul(out, a, out)
  }
}
/** From s at \`at\` (32 big-endian bytes) to x, y of s * B8 at \`at + 128\`. */
export function multiply(at: usize): void {
  memory.copy(SUM, ${identity}, ${POINT})
  for (let i: usize = 0; i < 32; i++) {
    const s: u32 = load<u8>(at + 31 - i)
    choose(${COMB} + 2 * i * ${16 * POINT}, s & 15)
    addCached(SUM, CHOSEN)
    choose(${COMB} + (2 * i + 1) * ${16 * POINT}, s >> 4)
    addCached(SUM, CHOSEN)
  }
  invert(SUM + ${2 * W}, MULTIPLE)
  mul(SUM, ${c}, SUM)
  mul(SUM, MULTIPLE, SUM)
  mul(SUM + ${W}, MULTIPLE, SUM + ${W})
  leave(SUM, at + 128)
  leave(SUM + ${W}, at + 160)
}
`

writeGenerated(
  'babyjubjub-wasm.ts',
  `// Generated by src/crypto/wasm/babyjubjub-wasm.mjs. Do not edit.
/** The module; it exports init(), combine(at), initMultiply(), multiply(at), prepare(at, slot), combinePrepared(at, slot) and its memory. */
export const MODULE = '${base64(await compile(fieldSource + curve))}'
/** The curve's constants, to be copied to CONSTANTS_AT before init() or initMultiply(). */
export const CONSTANTS = '${base64(memory.bytes())}'
export const CONSTANTS_AT = ${CONSTANTS}
/** Where the caller's memory begins. */
export const BUFFER_AT = ${BUFFER}
/** How many points have tables at a time. */
export const SLOTS = ${SLOTS}
`,
)
