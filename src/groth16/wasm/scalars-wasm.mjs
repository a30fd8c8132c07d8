// Writes src/groth16/generated/scalars.ts: what the prover computes in the scalar field, as WebAssembly: products of the circuit's matrices with
// the witness, number-theoretic transforms, the scalars of the quotient's sum. README.md beside this file argues the bounds.
//
// Vectors of elements are stored as pairs: elements 2i and 2i + 1 in the lanes of the pair at 72 i.
import {
  BITS,
  base64,
  ENTER,
  element,
  fieldSource,
  LIMBS,
  layout,
  limbs,
  lines,
  MASK,
  P,
  plain,
  R,
  times,
  ELEMENT_BYTES as W,
  writeGenerated,
} from '../../crypto/wasm/field-wasm.mjs'
import { compileShared } from './module.mjs'
import {
  at,
  HALF,
  highest,
  multiplySource,
  PAIR_BYTES,
  reduced,
  reductionConstants,
  stored,
  twice,
  unpacked,
} from './pair-field.mjs'

const CONSTANTS_AT = 6144
const memory = layout(CONSTANTS_AT)
const place = (...buffers) => memory.place(buffers)
const constants = reductionConstants(R).map((bytes) => place(bytes))
const THREE_R = place(twice(3n * R))
const ONE = place(element(1n))
const PLAIN_ONE = place(plain(1n))
/** 2^10 R: brings a zkey's coefficients, which have a factor of 2^512, to c R^2, so that times a plain number they are c w R. */
const FROM_ZKEY = place(element(1n << 10n))
const word = (x, i) => (x >> (64n * BigInt(i))) & 0xffffffffffffffffn
const copyLimbs = (from, to, stride) =>
  lines(LIMBS, (i) => `store<u32>(${to}, load<u32>(${from}, ${4 * i}), ${stride * i})`)

/** Carries sums of two stored limbs, and takes 3r off or adds it beyond 2r, at \`out\`. */
const settled = (sum, out) => `{
let c: v128 = i32x4.splat(${HALF})
${times(LIMBS, (i) =>
  i < LIMBS - 1
    ? `c = i32x4.add(c, ${sum(i)}); const s${i}: v128 = i32x4.sub(v128.and(c, i32x4.splat(${MASK})), i32x4.splat(${HALF})); c = i32x4.add(i32x4.shr_s(c, ${BITS}), i32x4.splat(${i < LIMBS - 2 ? HALF : 0}))`
    : `const s${i}: v128 = i32x4.add(c, ${sum(i)})`,
).join('\n')}
const above: v128 = i32x4.ge_s(s8, i32x4.splat(${highest(2, R)})), below: v128 = i32x4.lt_s(s8, i32x4.splat(${highest(-2, R)}))
${lines(LIMBS, (i) => `{ const k: v128 = ${at(THREE_R)(i)}; v128.store_lane<u64>(${out}, i32x4.add(i32x4.sub(s${i}, v128.and(above, k)), v128.and(below, k)), 0, ${8 * i}) }`)}
}`

const rowsSource = `
let T: usize = 0, U: usize = 0
/** Bytes of scratch that an instance needs. */
export function scratchBytes(): i32 { return 256 }
/** Gives the instance its scratch, at a multiple of 64. */
export function setup(base: usize): void { T = base; U = base + 128 }
/** n numbers of 32 little-endian bytes to limbs. */
export function unpackAll(from: usize, to: usize, n: i32): void {
  for (let i: i32 = 0; i < n; i++) {
    ${unpacked('from', 'to', 4)}
    from += 32; to += ${W}
  }
}
/** n coefficients of a zkey to those that rows() takes. */
export function enter(from: usize, to: usize, n: i32): void {
  for (let i: i32 = 0; i < n; i++) {
    ${unpacked('from', 'T', 4)}
    mul(T, ${FROM_ZKEY}, to)
    from += 32; to += ${W}
  }
}
/**
 * Sums of witness values modulo r, n of them: entries (wire << 1 | negated) of sum i lie from starts[i] to starts[i + 1]. 32 little-endian bytes.
 */
export function combine(witness: usize, starts: usize, entries: usize, n: i32, out: usize): void {
  for (let i: i32 = 0; i < n; i++) {
    let ${times(4, (k) => `s${k}: u64 = 0`).join(', ')}
    for (let e = load<u32>(starts + 4 * i); e < load<u32>(starts + 4 * i, 4); e++) {
      const entry = load<u32>(entries + 4 * e), from = witness + 32 * <usize>(entry >> 1)
      ${lines(4, (k) => `let w${k} = load<u64>(from, ${8 * k})`)}
      let borrow: u64 = 0, carry: u64 = 0
      if (entry & 1) {
        ${lines(4, (k) => `const n${k}: u64 = ${word(R, k)} - w${k}, m${k} = n${k} - borrow; borrow = <u64>(${word(R, k)} < w${k}) | <u64>(n${k} < borrow); w${k} = m${k}`)}
      }
      ${lines(4, (k) => `const a${k} = s${k} + w${k}, b${k} = a${k} + carry; carry = <u64>(a${k} < s${k}) | <u64>(b${k} < a${k}); s${k} = b${k}`)}
      borrow = 0
      ${lines(4, (k) => `const x${k}: u64 = s${k} - ${word(R, k)}, y${k} = x${k} - borrow; borrow = <u64>(s${k} < ${word(R, k)}) | <u64>(x${k} < borrow)`)}
      if (!borrow) { ${times(4, (k) => `s${k} = y${k}`).join('; ')} }
    }
    ${lines(4, (k) => `store<u64>(out, s${k}, ${8 * k})`)}
    out += 32
  }
}
/** Carries sums of 64-bit limbs into T, and reduces them. */
@inline function carried(${times(LIMBS, (i) => `t${i}: u64`).join(', ')}): void {
  ${lines(LIMBS, (i) => (i < LIMBS - 1 ? `store<u32>(T, <u32>(t${i} & ${MASK}), ${4 * i}); t${i + 1} += t${i} >> ${BITS}` : `store<u32>(T, <u32>t${i}, ${4 * i})`))}
  mul(T, ${ONE}, T)
}
/**
 * Rows first to last of a matrix times the witness (limbs of plain numbers), in Montgomery form. Entries of row i (wire, number of a value) lie
 * from starts[i] to starts[i + 1]; values are those that enter() makes.
 */
export function rows(starts: usize, entries: usize, values: usize, witness: usize, first: i32, last: i32, out: usize): void {
  for (let r: usize = first; r < <usize>last; r++) {
    let entry = entries + 8 * <usize>load<u32>(starts + 4 * r)
    const end = entries + 8 * <usize>load<u32>(starts + 4 * r, 4)
    let terms: i32 = 0
    let ${times(LIMBS, (i) => `t${i}: u64 = 0`).join(', ')}
    for (; entry < end; entry += 8) {
      mul(values + ${W} * <usize>load<u32>(entry, 4), witness + ${W} * <usize>load<u32>(entry), T)
      ${lines(LIMBS, (i) => `t${i} += load<u32>(T, ${4 * i})`)}
      if (++terms == 32) {
        carried(${times(LIMBS, (i) => `t${i}`).join(', ')})
        ${lines(LIMBS, (i) => `t${i} = load<u32>(T, ${4 * i})`)}
        terms = 1
      }
    }
    carried(${times(LIMBS, (i) => `t${i}`).join(', ')})
    const to = out + ${PAIR_BYTES} * (r >> 1) + 4 * (r & 1)
    ${copyLimbs('T', 'to', 8)}
  }
}
`

const transformSource = `
/** Products of n pairs. */
export function products(a: usize, b: usize, out: usize, n: i32): void {
  for (let i: usize = 0; i < ${PAIR_BYTES} * <usize>n; i += ${PAIR_BYTES}) multiply(a + i, b + i, out + i)
}
function down(u: usize, v: usize, w: usize): void {
${lines(LIMBS, (i) => `const u${i}: v128 = ${at('u')(i)}, v${i}: v128 = ${at('v')(i)}; v128.store_lane<u64>(T, i32x4.sub(u${i}, v${i}), 0, ${8 * i})`)}
${settled((i) => `i32x4.add(u${i}, v${i})`, 'u')}
  multiply(T, w, v)
}
function upward(u: usize, v: usize, w: usize): void {
  multiply(v, w, T)
${lines(LIMBS, (i) => `const u${i}: v128 = ${at('u')(i)}, v${i}: v128 = ${at('T')(i)}`)}
${settled((i) => `i32x4.add(u${i}, v${i})`, 'u')}
${settled((i) => `i32x4.sub(u${i}, v${i})`, 'v')}
}
/** x + y and x - y for the lanes x and y of each pair. */
function within(a: usize): void {
  const sign: v128 = i32x4(0, -1, 0, -1)
${lines(LIMBS, (i) => `const u${i}: v128 = ${at('a')(i)}`)}
${settled((i) => `i32x4.add(v128.shuffle<u32>(u${i}, u${i}, 0, 0, 0, 0), i32x4.sub(v128.xor(v128.shuffle<u32>(u${i}, u${i}, 1, 1, 1, 1), sign), sign))`, 'a')}
}
/** Transform of 2 * pairs elements, decimation in frequency, depth first: natural order to bit-reversed. Roots of a level lie from pair pairs / 2 on. */
function decimate(a: usize, pairs: usize, roots: usize): void {
  if (pairs == 1) { within(a); return }
  const half = pairs >> 1
  for (let j: usize = 0; j < half; j++) down(a + ${PAIR_BYTES} * j, a + ${PAIR_BYTES} * (j + half), roots + ${PAIR_BYTES} * (half + j))
  decimate(a, half, roots)
  decimate(a + ${PAIR_BYTES} * half, half, roots)
}
/** The reverse: bit-reversed order to natural. */
function combineUp(a: usize, pairs: usize, roots: usize): void {
  if (pairs == 1) { within(a); return }
  const half = pairs >> 1
  combineUp(a, half, roots)
  combineUp(a + ${PAIR_BYTES} * half, half, roots)
  for (let j: usize = 0; j < half; j++) upward(a + ${PAIR_BYTES} * j, a + ${PAIR_BYTES} * (j + half), roots + ${PAIR_BYTES} * (half + j))
}
/** Values of a polynomial at the n roots of unity to its values at those times the step of \`coset\`, in place. */
export function extend(a: usize, n: i32, inverseRoots: usize, coset: usize, roots: usize): void {
  decimate(a, n >> 1, inverseRoots)
  products(a, coset, a, n >> 1)
  combineUp(a, n >> 1, roots)
}
/** first * step^i for i below 2^bits, both plain limbs, as pairs in Montgomery form, in natural or bit-reversed order. */
export function powers(first: usize, step: usize, bits: i32, reversed: i32, out: usize): void {
  mul(first, ${place(plain(ENTER))}, T)
  mul(step, ${place(plain(ENTER))}, U)
  for (let i: usize = 0; i < <usize>1 << bits; i++) {
    let k = i
    if (reversed) { k = 0; for (let b = 0; b < bits; b++) k |= ((i >> b) & 1) << (bits - 1 - b) }
    const to = out + ${PAIR_BYTES} * (k >> 1) + 4 * (k & 1)
    ${copyLimbs('T', 'to', 8)}
    mul(T, U, T)
  }
}
`

const joinSource = `
function productLess(a: usize, b: usize, c: usize, out: usize): void {
${reduced(R, { constants, terms: [{ a: at('a'), b: at('b') }], minus: 'c' })}
${stored('out')}
}
/** a b - c of pairs first to last, as plain numbers below r, 32 little-endian bytes each. */
export function join(a: usize, b: usize, c: usize, first: i32, last: i32, out: usize): void {
  for (let k: usize = first; k < <usize>last; k++) {
    productLess(a + ${PAIR_BYTES} * k, b + ${PAIR_BYTES} * k, c + ${PAIR_BYTES} * k, T)
    for (let lane: usize = 0; lane < 2; lane++) {
      let x: i64 = 0
      ${lines(LIMBS, (i) => `x += <i64>load<i32>(T + 4 * lane, ${8 * i}) + ${limbs(4n * R)[i]}; store<u32>(U, <u32>(${i < LIMBS - 1 ? `x & ${MASK}` : 'x'}), ${4 * i}); x >>= ${BITS}`)}
      mul(U, ${PLAIN_ONE}, U)
      let y: i64 = 0
      ${lines(LIMBS, (i) => `y += <i64>load<u32>(U, ${4 * i}) - ${P[i]}; const z${i} = <u32>(y & ${MASK}); y >>= ${BITS}`)}
      if (y >= 0) { ${times(LIMBS, (i) => `store<u32>(U, z${i}, ${4 * i})`).join('; ')} }
      const to = out + 64 * k + 32 * lane
${lines(4, (n) => {
  const parts = times(LIMBS, (i) => [29 * i - 64 * n, i]).filter(([shift]) => shift > -29 && shift < 64)
  const limb = ([shift, i]) => `(<u64>load<u32>(U, ${4 * i}) ${shift < 0 ? '>>' : '<<'} ${Math.abs(shift)})`
  return `      store<u64>(to, ${parts.map(limb).join(' | ')}, ${8 * n})`
})}
    }
  }
}
`

const source = [fieldSource, multiplySource(R, constants), rowsSource, transformSource, joinSource].join('\n')
writeGenerated(
  'scalars.ts',
  `// Generated by src/groth16/wasm/scalars-wasm.mjs. Do not edit.
import type { KernelModule } from './curves.ts'

export const SCALARS: KernelModule = ${await compileShared(source)}
/** To be copied to CONSTANTS_AT. */
export const CONSTANTS = '${base64(memory.bytes())}'
export const CONSTANTS_AT = ${CONSTANTS_AT}
/** Where they end. */
export const CONSTANTS_END = ${memory.end()}
`,
  import.meta.url,
)
