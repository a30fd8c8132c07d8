// Writes src/crypto/generated/babyjubjub-wasm.ts: s * B8 + k * A, and s * B8 alone, on BabyJubJub as WebAssembly.
//
// Points are computed on the isomorphic curve -x^2 + y^2 = 1 + d' x^2 y^2 with x' = x / c, c^2 = -1/a, d' = -d/a, in
// extended coordinates (Hisil, Wong, Carter, Dawson 2008: add-2008-hwcd-3, dbl-2008-hwcd). -1 is a square and d' is none, so
// the formulas hold for all points of the curve, the identity and those of small order included. A point is two pairs of
// elements, (X, Y) and (T, Z): the products of a sum, and those of a doubling, are four pairs that are computed at once (section 4.2 there).
//
// combine: both scalars are read in columns (Lim, Lee 1994): a table has the sums of all subsets of A, 2^43 A, 2^86 A and so on, so that
// 43 doublings do for the 254 bits of k; s has 8 columns. Not constant-time: for public values only.
// multiply: a table for each of the scalar's 64 digits. Each digit adds one point, 0 the identity, and reads its whole table, so that
// neither branches nor addresses depend on the scalar: it may be secret. Coordinates of many points share an inversion (Montgomery 1987).
//
// Bounds: products are below 2r; a difference adds 8r, so factors are at most 10r and 14r, and 140 r^2 / 2^261 + r < 2r.
import { babyjubjub } from '@noble/curves/misc.js'
import { PAIR_BYTES, pairsFieldSource } from './field-pairs-wasm.mjs'
import {
  BITS,
  base64,
  compile,
  ENTER,
  element,
  LIMBS,
  layout,
  limbs,
  lines,
  MASK,
  plain,
  R,
  times,
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

/** Columns of k, and bits of each. */
const COLUMNS = 6
const COLUMN_BITS = 43
/** Columns of s, and bits of each. */
const BASE_COLUMNS = 8
const BASE_COLUMN_BITS = 32

const W = PAIR_BYTES
const POINT = 2 * W
const SCRATCH = 1024
const CONSTANTS = 4096
/** Two elements as a pair in memory. */
const pair = (low, high) =>
  Buffer.concat(times(LIMBS, (i) => Buffer.concat([low, high].map((e) => e.subarray(4 * i, 4 * i + 4)))))
const elements = (low, high) => pair(element(low), element(high))
const memory = layout(CONSTANTS)
const leaving = memory.place([pair(plain(1n), plain(1n))])
const entering = memory.place([pair(plain(ENTER), plain(ENTER))])
const one = memory.place([elements(1n, 1n)])
const toCurve = memory.place([elements(Fp.inv(C), 1n)])
const fromCurve = memory.place([elements(C, 1n)])
const caching = memory.place([elements(Fp.add(D, D), 2n)])
const identity = memory.place([elements(0n, 1n), elements(0n, 1n)])
const baseX = Fp.div(BASE.x, C)
const base = memory.place([elements(baseX, BASE.y), elements(Fp.mul(baseX, BASE.y), 1n)])
/** r - 2, little-endian. */
const exponent = memory.place([Buffer.from((R - 2n).toString(16).padStart(64, '0'), 'hex').reverse()])
const BASE_TABLE = memory.end()
const COMB = BASE_TABLE + 2 ** BASE_COLUMNS * POINT
const DIGITS = 64
/** Points that are multiplied and then leave together. */
const BATCH = 128
const PRODUCTS = COMB + DIGITS * 16 * POINT
const PREFIXES = PRODUCTS + BATCH * POINT
/** Points that have tables at a time, and where these are. */
const SLOTS = 1024
const TABLE_BYTES = 2 ** COLUMNS * POINT
const TABLES = (PREFIXES + BATCH * W + 63) & ~63
const BUFFER = TABLES + SLOTS * TABLE_BYTES
/** The caller's memory: two scalars, a point and a sum, or the coordinates of a batch. */
const BUFFER_BYTES = 64 * (BATCH + 1)
const PAGES = Math.ceil((BUFFER + BUFFER_BYTES) / 65_536)

/** Both words of a limb, of a pair at an address. */
const limb = (pointer, i) => `v128.load64_zero(${pointer}, ${8 * i})`
const swapped = (x) => `v128.shuffle<u32>(${x}, ${x}, 1, 0, 2, 3)`
const low = (x) => `v128.shuffle<u32>(${x}, ${x}, 0, 0, 2, 3)`
const high = (x) => `v128.shuffle<u32>(${x}, ${x}, 1, 1, 2, 3)`
const sum = (first, ...rest) => rest.reduce((a, b) => `i32x4.add(${a}, ${b})`, first)
/** Stores the carried limb of a sum in a variable, and keeps the rest of it. */
const carry = (t, pointer, i) =>
  i < LIMBS - 1
    ? `  v128.store_lane<u64>(${pointer}, v128.and(${t}, mask), 0, ${8 * i})\n  ${t} = i32x4.shr_u(${t}, ${BITS})`
    : `  v128.store_lane<u64>(${pointer}, ${t}, 0, ${8 * i})`

const curve = `
const AB: usize = ${SCRATCH}, SZ: usize = AB + ${W}
const EH: usize = SZ + ${W}, FG: usize = EH + ${W}, EF: usize = FG + ${W}, HG: usize = EF + ${W}
const SUM: usize = HG + ${W}
const MULTIPLE: usize = SUM + ${POINT}
const CHOSEN: usize = MULTIPLE + ${POINT}
const INVERSE: usize = CHOSEN + ${POINT}
const FACTOR: usize = INVERSE + ${W}

/** (b - a + 8r, b + a) of (a, b), carried. */
function differenceAndSum(p: usize, out: usize): void {
  const negated = i32x4(-1, 0, 0, 0)
  const mask = i32x4.splat(${MASK})
  let x: v128
  let t = i32x4.splat(0)
${lines(LIMBS, (i) =>
  [
    `  x = ${limb('p', i)}`,
    `  t = ${sum('t', swapped('x'), 'v128.xor(x, negated)', `i32x4(${Number(BIAS[i]) + 1}, 0, 0, 0)`)}`,
    carry('t', 'out', i),
  ].join('\n'),
)}
}
/** From (a, b) and (c, d) to (a, c) and (b, d). */
function transpose(p: usize, q: usize, first: usize, second: usize): void {
  let x: v128
${lines(LIMBS, (i) =>
  [
    `  x = v128.shuffle<u32>(${limb('p', i)}, ${limb('q', i)}, 0, 4, 1, 5)`,
    `  v128.store_lane<u64>(first, x, 0, ${8 * i})`,
    `  v128.store_lane<u64>(second, x, 1, ${8 * i})`,
  ].join('\n'),
)}
}
/** (X + Y, Z), not carried. */
function sumAndZ(p: usize, out: usize): void {
  let x: v128
${lines(LIMBS, (i) =>
  [
    `  x = ${limb('p', i)}`,
    `  v128.store_lane<u64>(out, v128.shuffle<u32>(${sum('x', swapped('x'))}, ${limb(`p + ${W}`, i)}, 0, 5, 2, 3), 0, ${8 * i})`,
  ].join('\n'),
)}
}
/** From AB and SZ to EF = (S - A - B, 2Z + A - B) and HG = (A + B, B - A), carried; where something is subtracted, 8r more. */
function doubledFactors(): void {
  const second = i32x4(0, -1, 0, 0)
  const mask = i32x4.splat(${MASK})
  let a: v128, b: v128, s: v128
  let t = i32x4.splat(0)
  let u = i32x4.splat(0)
${lines(LIMBS, (i) =>
  [
    `  s = ${limb('AB', i)}`,
    `  a = ${low('s')}`,
    `  b = ${high('s')}`,
    `  s = ${limb('SZ', i)}`,
    `  t = ${sum('t', 'b', 'v128.xor(a, second)', `i32x4(0, ${Number(BIAS[i]) + 1}, 0, 0)`)}`,
    `  u = ${sum('u', 's', 'v128.and(i32x4.add(s, a), second)', `i32x4.splat(${BIAS[i]})`)}`,
    `  u = i32x4.sub(u, i32x4.add(b, v128.andnot(a, second)))`,
    carry('t', 'HG', i),
    carry('u', 'EF', i),
  ].join('\n'),
)}
}
/** P = 2P for P = (X, Y), (T, Z); all signs turned, which is the same point. */
function double(p: usize): void {
  square(p, AB)
  sumAndZ(p, SZ)
  square(SZ, SZ)
  doubledFactors()
  transpose(EF, HG, EH, FG)
  mul(EH, FG, p)
  mul(EF, HG, p + ${W})
}
/** P = P + Q for Q = (Y - X, Y + X), (2d'T, 2Z). */
function addCached(p: usize, q: usize): void {
  differenceAndSum(p, EH)
  mul(EH, q, EH)
  mul(p + ${W}, q + ${W}, FG)
  differenceAndSum(EH, EH)
  differenceAndSum(FG, FG)
  transpose(EH, FG, EF, HG)
  mul(EH, FG, p)
  mul(EF, HG, p + ${W})
}
function cache(p: usize, out: usize): void {
  differenceAndSum(p, out)
  mul(p + ${W}, ${caching}, out + ${W})
}
/** The sums of all subsets of MULTIPLE, 2^bits MULTIPLE and so on, cached, the empty one left out: subset i is at table + i * POINT. */
function fillColumns(table: usize, columns: usize, bits: usize): void {
  for (let column: usize = 0; column < columns; column++) {
    if (column) for (let bit: usize = 0; bit < bits; bit++) double(MULTIPLE)
    const added = table + (<usize>${POINT} << column)
    cache(MULTIPLE, added)
    for (let at: usize = ${POINT}; at < <usize>${POINT} << column; at += ${POINT}) {
      memory.copy(SUM, MULTIPLE, ${POINT})
      addCached(SUM, table + at)
      cache(SUM, added + at)
    }
  }
}
/** Call once, before the first combine. */
export function init(): void {
  memory.copy(MULTIPLE, ${base}, ${POINT})
  fillColumns(${BASE_TABLE}, ${BASE_COLUMNS}, ${BASE_COLUMN_BITS})
}
function leave(from: usize, to: usize): void {
  mul(from, ${leaving}, AB)
  pack(AB, to)
  pack(AB + 4, to + 32)
}
/** Makes the tables of x, y at \`at + 64\`, in one of ${SLOTS} slots. */
export function prepare(at: usize, slot: usize): void {
  unpack(at + 64, AB)
  unpack(at + 96, AB + 4)
  mul(AB, ${entering}, AB)
  mul(AB, ${toCurve}, MULTIPLE)
  transpose(MULTIPLE, ${one}, AB, SZ)
  mul(AB, SZ, MULTIPLE + ${W})
  fillColumns(${TABLES} + slot * ${TABLE_BYTES}, ${COLUMNS}, ${COLUMN_BITS})
}
/** The bits \`bit\`, \`bit + bits\` and so on of the 32 big-endian bytes at \`at\`. */
@inline function columnBits(at: usize, bit: usize, columns: usize, bits: usize): usize {
  let found: usize = 0
  for (let column: usize = 0; column < columns && bit < 256; column++) {
    found |= ((<usize>load<u8>(at + 31 - (bit >> 3)) >> (bit & 7)) & 1) << column
    bit += bits
  }
  return found
}
/** From s and k at \`at\` (32 big-endian bytes each) to X, Y, T, Z of s * B8 + k * A at \`at + 128\`, for the point A that was prepared in a slot. */
export function combine(at: usize, slot: usize): void {
  const table: usize = ${TABLES} + slot * ${TABLE_BYTES}
  memory.copy(SUM, ${identity}, ${POINT})
  for (let bit: isize = ${COLUMN_BITS - 1}; bit >= 0; bit--) {
    double(SUM)
    const k = columnBits(at + 32, bit, ${COLUMNS}, ${COLUMN_BITS})
    if (k) addCached(SUM, table + k * ${POINT})
    if (bit >= ${BASE_COLUMN_BITS}) continue
    const s = columnBits(at, bit, ${BASE_COLUMNS}, ${BASE_COLUMN_BITS})
    if (s) addCached(SUM, ${BASE_TABLE} + s * ${POINT})
  }
  mul(SUM, ${fromCurve}, SUM)
  leave(SUM, at + 128)
  leave(SUM + ${W}, at + 192)
}
/** Call once, before the first multiply: of each digit a table of 16 multiples, 0 included. */
export function initMultiply(): void {
  memory.copy(MULTIPLE, ${base}, ${POINT})
  for (let table: usize = ${COMB}; table < ${COMB + DIGITS * 16 * POINT}; table += ${16 * POINT}) {
    cache(${identity}, table)
    cache(MULTIPLE, table + ${POINT})
    for (let i: usize = 2; i < 16; i++) {
      addCached(MULTIPLE, table + ${POINT})
      cache(MULTIPLE, table + i * ${POINT})
    }
    addCached(MULTIPLE, table + ${POINT})
  }
}
/** The digit's point of a table, to CHOSEN. */
function choose(table: usize, digit: u32): void {
  let mask: v128
${lines(POINT / 16, (i) => `  let word${i} = i32x4.splat(0)`)}
  for (let i: u32 = 0; i < 16; i++) {
    mask = i32x4.splat(0 - <i32>(i == digit))
${lines(POINT / 16, (i) => `    word${i} = v128.or(word${i}, v128.and(v128.load(table, ${16 * i}), mask))`)}
    table += ${POINT}
  }
${lines(POINT / 16, (i) => `  v128.store(CHOSEN, word${i}, ${16 * i})`)}
}
/** From s at \`at\` (32 big-endian bytes) to s * B8, the batch's point \`index\`, below ${BATCH}. */
export function multiply(at: usize, index: usize): void {
  const product: usize = ${PRODUCTS} + index * ${POINT}
  memory.copy(product, ${identity}, ${POINT})
  for (let i: usize = 0; i < 32; i++) {
    const s: u32 = load<u8>(at + 31 - i)
    choose(${COMB} + 2 * i * ${16 * POINT}, s & 15)
    addCached(product, CHOSEN)
    choose(${COMB} + (2 * i + 1) * ${16 * POINT}, s >> 4)
    addCached(product, CHOSEN)
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
/** x, y of the batch's first \`count\` points, at least one, to \`to\`: 64 bytes each. All share an inversion, of the product of their Z. */
export function leaveBatch(count: usize, to: usize): void {
  memory.copy(${PREFIXES}, ${PRODUCTS + W}, ${W})
  for (let i: usize = 1; i < count; i++)
    mul(${PREFIXES} + (i - 1) * ${W}, ${PRODUCTS + W} + i * ${POINT}, ${PREFIXES} + i * ${W})
  invert(${PREFIXES} + (count - 1) * ${W}, INVERSE)
  for (let i: usize = count; i-- > 0; ) {
    const product: usize = ${PRODUCTS} + i * ${POINT}
    if (i) mul(INVERSE, ${PREFIXES} + (i - 1) * ${W}, FACTOR)
    else memory.copy(FACTOR, INVERSE, ${W})
    mul(INVERSE, product + ${W}, INVERSE)
    // Both lanes of the second one are 1 / Z.
    transpose(FACTOR, FACTOR, AB, SZ)
    mul(product, SZ, product)
    mul(product, ${fromCurve}, product)
    leave(product, to + 64 * i)
  }
}
`

writeGenerated(
  'babyjubjub-wasm.ts',
  `// Generated by src/crypto/wasm/babyjubjub-wasm.mjs. Do not edit.
/** The module; it exports init(), prepare(at, slot), combine(at, slot), initMultiply(), multiply(at, index), leaveBatch(count, to) and its memory. */
export const MODULE = '${base64(await compile(pairsFieldSource + curve, ['--initialMemory', String(PAGES), '--enable', 'simd']))}'
/** The curve's constants, to be copied to CONSTANTS_AT before init() or initMultiply(). */
export const CONSTANTS = '${base64(memory.bytes())}'
export const CONSTANTS_AT = ${CONSTANTS}
/** Where the caller's memory begins. */
export const BUFFER_AT = ${BUFFER}
/** How many points have tables at a time. */
export const SLOTS = ${SLOTS}
/** How many products leave together. */
export const BATCH = ${BATCH}
`,
)
