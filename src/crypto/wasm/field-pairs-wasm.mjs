// The arithmetic of field-wasm.mjs on two field elements at once, as source text: each of the 9 limbs of a pair is two u32 words, one of each
// element, and products are made in the two lanes of 64 bits of a vector. Bounds are those of single elements.
import { BITS, LIMBS, lines, MASK, NEGATED_INVERSE, P, times, unpackAndPack } from './field-wasm.mjs'

export const PAIR_BYTES = 8 * LIMBS
/** Bytes of a column: a sum of products of both elements. */
const COLUMN_BYTES = 16

const sum = (terms) => terms.reduce((a, b) => `i64x2.add(${a}, ${b})`)
const product = (a, b) => `i64x2.extmul_low_i32x4_u(${a}, ${b})`
/** The low words of both lanes, side by side. */
const low = (t) => `v128.shuffle<u32>(${t}, ${t}, 0, 2, 0, 2)`

const load = (name, pointer) =>
  lines(LIMBS, (i) => `  const ${name}${i}: v128 = v128.load64_zero(${pointer}, ${8 * i})`)
const indexPairs = (k) => times(LIMBS, (i) => [i, k - i]).filter(([, j]) => j >= 0 && j < LIMBS)
const column = (a, b, k) => sum(indexPairs(k).map(([i, j]) => product(`${a}${i}`, `${b}${j}`)))
const squareColumn = (a, k) => {
  const of = (pairs) => pairs.map(([i, j]) => product(`${a}${i}`, `${a}${j}`))
  const twice = of(indexPairs(k).filter(([i, j]) => i < j))
  const once = of(indexPairs(k).filter(([i, j]) => i === j))
  return sum([...(twice.length > 0 ? [`i64x2.shl(${sum(twice)}, 1)`] : []), ...once])
}
const declare = (expression) => lines(2 * LIMBS - 1, (k) => `  let t${k}: v128 = ${expression(k)}`)

/** Montgomery reduction of t0..t16 in both lanes, plus an addend that is already reduced, carried and stored at `out`. */
const reduce = (addend) => {
  const carry = (i) => `  t${i + 1} = i64x2.add(t${i + 1}, i64x2.shr_u(t${i}, ${BITS}))`
  const step = (i) => [
    `  m = v128.and(i32x4.mul(${low(`t${i}`)}, inverse), mask)`,
    ...times(LIMBS, (j) => `  t${i + j} = i64x2.add(t${i + j}, ${product('m', `p${j}`)})`),
    carry(i),
  ]
  const add = (i) => `  t${LIMBS + i} = i64x2.add(t${LIMBS + i}, v128.load32x2_u(${addend}, ${8 * i}))`
  const store = (i) => {
    const limb = i < LIMBS - 1 ? `v128.and(${low(`t${LIMBS + i}`)}, mask)` : low(`t${LIMBS + i}`)
    const stored = `  v128.store_lane<u64>(out, ${limb}, 0, ${8 * i})`
    return i < LIMBS - 1 ? `${stored}\n${carry(LIMBS + i)}` : stored
  }
  return [
    `  const inverse: v128 = i32x4.splat(${NEGATED_INVERSE})`,
    `  const mask: v128 = i32x4.splat(${MASK})`,
    lines(LIMBS, (j) => `  const p${j}: v128 = i32x4.splat(${P[j]})`),
    '  let m: v128',
    `  let t${2 * LIMBS - 1}: v128 = i64x2.splat(0)`,
    ...times(LIMBS, step).flat(),
    ...(addend ? times(LIMBS, add) : []),
    ...times(LIMBS, store),
  ].join('\n')
}

/** mul and square of pairs; unpack and pack of one of its elements: the other one is 4 bytes further. */
export const pairsFieldSource = `
function mul(a: usize, b: usize, out: usize): void {
${load('a', 'a')}
${load('b', 'b')}
${declare((k) => column('a', 'b', k))}
${reduce()}
}
function square(a: usize, out: usize): void {
${load('a', 'a')}
${declare((k) => squareColumn('a', k))}
${reduce()}
}
${unpackAndPack(8)}
`

/** The same; mulAdd and add of pairs; sums of products as columns, at COLUMNS. */
export const pairsSource = `
${pairsFieldSource}
function mulAdd(a: usize, b: usize, addend: usize, out: usize): void {
${load('a', 'a')}
${load('b', 'b')}
${declare((k) => column('a', 'b', k))}
${reduce('addend')}
}
function columnsSet(a: usize, b: usize): void {
${load('a', 'a')}
${load('b', 'b')}
${lines(2 * LIMBS - 1, (k) => `  v128.store(COLUMNS, ${column('a', 'b', k)}, ${COLUMN_BYTES * k})`)}
}
function columnsAdd(a: usize, b: usize): void {
${load('a', 'a')}
${load('b', 'b')}
${lines(2 * LIMBS - 1, (k) => `  v128.store(COLUMNS, i64x2.add(v128.load(COLUMNS, ${COLUMN_BYTES * k}), ${column('a', 'b', k)}), ${COLUMN_BYTES * k})`)}
}
function columnsCarry(): void {
  const mask: v128 = i64x2.splat(${MASK})
  let t: v128 = i64x2.splat(0)
${lines(2 * LIMBS - 2, (k) => `  t = i64x2.add(t, v128.load(COLUMNS, ${COLUMN_BYTES * k}))\n  v128.store(COLUMNS, v128.and(t, mask), ${COLUMN_BYTES * k})\n  t = i64x2.shr_u(t, ${BITS})`)}
  v128.store(COLUMNS, i64x2.add(v128.load(COLUMNS, ${COLUMN_BYTES * (2 * LIMBS - 2)}), t), ${COLUMN_BYTES * (2 * LIMBS - 2)})
}
function columnsReduce(out: usize): void {
${declare((k) => `v128.load(COLUMNS, ${COLUMN_BYTES * k})`)}
${reduce()}
}
/** Limbs below 2^31: no carry goes from one element to the other. */
@inline function add(a: usize, b: usize): void {
  for (let i: usize = 0; i < ${PAIR_BYTES}; i += 8) store<u64>(a + i, load<u64>(a + i) + load<u64>(b + i))
}
`
