// Arithmetic on two elements of a 254-bit prime field at a time, one in each lane of a 128-bit vector: AssemblyScript source.
// README.md beside this file argues the bounds.
//
// A pair is 9 limbs of 29 bits, signed, in words of 32 bits: limb 0 of both, limb 1 of both, and so on, 72 bytes. Montgomery form
// with R = 2^261. Limbs that a product stores are centered (in [-2^28, 2^28), the highest one signed and small).
import { BITS, LIMBS, limbs, lines, MASK, MONTGOMERY, times } from '../../crypto/wasm/field-wasm.mjs'

export const BASE_FIELD = 21888242871839275222246405745257275088696311157297823662689037894645226208583n
export const PAIR_BYTES = 8 * LIMBS
/** A pair in five whole vectors. */
export const QUAD_BYTES = 80
/** Half of a limb's range: what a column gets so that its low bits, less this, are centered. */
export const HALF = 1n << (BITS - 1n)
/** Columns are biased by this while they are reduced, so that shifts of unsigned words serve for signed sums. */
const BIAS = 1n << 63n
/** What the bias of a column adds to the next one. */
const BIAS_CARRY = BIAS >> BITS

/** Limbs in [-2^28, 2^28), the highest one signed: the only ones of a number that are so. */
export function centered(x) {
  const out = []
  let rest = x
  for (let i = 0; i < LIMBS - 1; i++) {
    const limb = ((rest + HALF) & MASK) - HALF
    out.push(limb)
    rest = (rest - limb) >> BITS
  }
  return [...out, rest]
}

/** -1/p mod 2^29. */
export function negatedInverse(p) {
  let inverse = 1n
  for (let i = 0; i < 5; i++) inverse = (inverse * (2n - p * inverse)) & MASK
  return (MASK + 1n - (inverse & MASK)) & MASK
}

export const words = (list) => Buffer.from(new Int32Array(list.map(Number)).buffer)
/** The same element in both lanes, as the memory holds it. */
export const twice = (x) => words(centered(x).flatMap((limb) => [limb, limb]))
/** The same, filled up to five vectors. */
export const quad = (x) => Buffer.concat([twice(x), Buffer.alloc(QUAD_BYTES - PAIR_BYTES)])
/** The highest limb of k p, to compare highest limbs with. */
export const highest = (k, p) => (BigInt(k) * p) >> (BITS * BigInt(LIMBS - 1))
export const montgomery = (x, p) => (x * MONTGOMERY) % p

/**
 * The constants that products need: p, and the multiple of p that is -1 modulo 2^29. Of the latter, limb 1 is increased by one: together
 * with the carry of the lowest limb that is what the whole multiple adds.
 */
export function reductionConstants(p) {
  const friendly = limbs(p * negatedInverse(p), LIMBS + 1)
  friendly[1] += 1n
  const both = (list) => list.flatMap((limb) => [limb, limb])
  return [words(both(friendly)), words(both(limbs(p)))]
}

export const at = (pointer) => (i) => `v128.load_zero<u64>(${pointer}, ${8 * i})`
const splat = (value) => `i64x2.splat(${BigInt.asIntN(64, value)})`
const product = (x, y) => `i64x2.extmul_low_i32x4_s(${x}, ${y})`

/**
 * Statements that sum products of pairs in columns and reduce them; the result is in t9 .. t17, for `stored` or `quads`.
 * @param constants the addresses of reductionConstants
 * @param terms {a, b, negated}: expressions of limbs by index; without b, the square of a
 * @param minus an address: a pair that is subtracted from the result, before it is carried
 */
export function reduced(p, { constants: [friendly, prime], terms, minus }) {
  const out = ['let m: v128']
  const known = new Set()
  const start = (k) => {
    const carried = k === 0 ? 0n : BIAS_CARRY
    if (k === 2 * LIMBS - 1) return -carried
    return BIAS - carried + (k < LIMBS ? 0n : HALF)
  }
  const add = (k, expression, operation = 'add') => {
    const before = known.has(k) ? `t${k}` : splat(start(k))
    out.push(
      `${known.has(k) ? '' : 'let '}t${k}${known.has(k) ? '' : ': v128'} = i64x2.${operation}(${before}, ${expression})`,
    )
    known.add(k)
  }
  const multiply =
    (i) =>
    ({ a, b, negated }, t) => {
      const operation = negated ? 'sub' : 'add'
      out.push(`const a${t}_${i}: v128 = ${a(i)}`)
      if (b !== undefined) {
        for (let j = 0; j < LIMBS; j++) add(i + j, product(`a${t}_${i}`, b(j)), operation)
        return
      }
      if (i === 0) for (let j = 1; j < LIMBS; j++) out.push(`const d${t}_${j}: v128 = i32x4.shl(${a(j)}, 1)`)
      add(2 * i, product(`a${t}_${i}`, `a${t}_${i}`), operation)
      for (let j = i + 1; j < LIMBS; j++) add(i + j, product(`a${t}_${i}`, `d${t}_${j}`), operation)
    }
  const low = (k) => `v128.shuffle<u32>(t${k}, t${k}, 0, 2, 0, 2)`
  for (let i = 0; i < LIMBS; i++) {
    terms.forEach(multiply(i))
    if (i < LIMBS - 1) {
      out.push(`m = v128.and(${low(i)}, i32x4.splat(${MASK}))`)
      for (let j = 1; j <= LIMBS; j++) add(i + j, product('m', at(friendly)(j)))
    } else {
      out.push(`m = v128.and(i32x4.mul(${low(i)}, i32x4.splat(${negatedInverse(p)})), i32x4.splat(${MASK}))`)
      for (let j = 0; j < LIMBS; j++) add(i + j, product('m', at(prime)(j)))
    }
    add(i + 1, `i64x2.shr_u(t${i}, ${BITS})`)
  }
  if (minus) times(LIMBS, (k) => add(LIMBS + k, `i64x2.extend_low_i32x4_s(${at(minus)(k)})`, 'sub'))
  for (let k = LIMBS; k < 2 * LIMBS - 1; k++) add(k + 1, `i64x2.shr_u(t${k}, ${BITS})`)
  return out.join('\n')
}

/** The reduced columns as vectors: expressions of limbs 0, 1 (of both elements), then 2, 3 and so on; the fifth has limb 8 alone. */
export const quads = (h) =>
  h < 4
    ? `i32x4.sub(v128.and(v128.shuffle<u32>(t${LIMBS + 2 * h}, t${LIMBS + 1 + 2 * h}, 0, 2, 4, 6), i32x4.splat(${MASK})), i32x4.splat(${HALF}))`
    : `v128.shuffle<u32>(t${2 * LIMBS - 1}, t${2 * LIMBS - 1}, 0, 2, 0, 2)`

/** Stores the reduced columns as a pair. */
export const stored = (out) =>
  [
    ...times(4, (h) => `v128.store(${out}, ${quads(h)}, ${16 * h})`),
    `v128.store_lane<u64>(${out}, ${quads(4)}, 0, 64)`,
  ].join('\n')

/** multiply(a, b, out), which may be the same addresses. */
export const multiplySource = (p, constants) => `
function multiply(a: usize, b: usize, out: usize): void {
${reduced(p, { constants, terms: [{ a: at('a'), b: at('b') }] })}
${stored('out')}
}
`

/** Limbs (not centered) from 32 little-endian bytes at an expression, stored \`stride\` bytes apart. */
export const unpacked = (from, to, stride) => `{
  const w0 = load<u64>(${from}), w1 = load<u64>(${from}, 8), w2 = load<u64>(${from}, 16), w3 = load<u64>(${from}, 24)
${lines(LIMBS, (i) => {
  const bit = 29 * i
  const word = bit >> 6
  const shift = bit & 63
  const high = shift + 29 > 64 && word < 3 ? ` | (w${word + 1} << ${64 - shift})` : ''
  return `  store<u32>(${to}, <u32>(((w${word} >> ${shift})${high}) & ${MASK}), ${stride * i})`
})}
}`
