// AssemblyScript source of sums of groups of points on a curve over F_q or F_q^2: affine additions in batches that share one inversion
// (Montgomery's trick), two additions at a time in the lanes of a pair. README.md beside this file argues the bounds.
//
// A point is x, then y, each of `degree` elements of 9 signed limbs; infinity is all zeros. A reference to a point is its address, with bit 0
// set for its negative.
import { ELEMENT_BYTES, LIMBS, layout, lines, times } from '../../crypto/wasm/field-wasm.mjs'
import { inverseSource } from './inverse.mjs'
import {
  at,
  centered,
  highest,
  montgomery,
  multiplySource,
  BASE_FIELD as Q,
  QUAD_BYTES,
  quad,
  quads,
  reduced,
  reductionConstants,
  stored,
  twice,
  words,
} from './pair-field.mjs'

/** Additions that share an inversion. */
const BATCH = 1024
export const CONSTANTS_AT = 1024
export const memory = layout(CONSTANTS_AT)
const place = (...buffers) => memory.place(buffers)
const constants = reductionConstants(Q).map((bytes) => place(bytes))
const ONE = place(quad(montgomery(1n, Q)))
const PLAIN_ONE = place(twice(1n))
/** 2^266: brings the Montgomery form of snarkjs, with 2^256, to the one with 2^261. */
export const FROM_ZKEY = place(twice((1n << 266n) % Q))
const ZERO_Q_2Q = [0n, Q, 2n * Q].map((x) => centered(x))
/** What is subtracted from x above 3q and below -3q, and from y above 2q and below -2q. */
const FOLD_X = [6n, -4n].map((k) => place(quad(k * Q)))
const FOLD_Y = [4n, -2n].map((k) => place(quad(k * Q)))
/** Two points that differ, for the second lane of an odd batch. */
const pointOf = (x) => words([...centered(montgomery(x, Q)), ...times(27, () => 0n)])
const FILLER = [1n, 2n].map((x) => place(pointOf(x)))
const INVERSE = inverseSource(place)
const scratchSize = 4096

const vectors = (name, f) => times(5, (h) => `const ${name}${h}: v128 = ${f(h)}`).join('\n')
const putQuad = (pointer, name) =>
  times(5, (h) => `v128.store(${pointer}, ${name}${h}, ${16 * h})`).join('\n')
/** A coordinate of the points p and q as vectors of both. */
const gathered = (name, p, q, offset) => `
const ${name}p0 = v128.load(${p}, ${offset}), ${name}p1 = v128.load(${p}, ${offset + 16})
const ${name}q0 = v128.load(${q}, ${offset}), ${name}q1 = v128.load(${q}, ${offset + 16})
const ${name}0: v128 = v128.shuffle<u32>(${name}p0, ${name}q0, 0, 4, 1, 5)
const ${name}1: v128 = v128.shuffle<u32>(${name}p0, ${name}q0, 2, 6, 3, 7)
const ${name}2: v128 = v128.shuffle<u32>(${name}p1, ${name}q1, 0, 4, 1, 5)
const ${name}3: v128 = v128.shuffle<u32>(${name}p1, ${name}q1, 2, 6, 3, 7)
const ${name}4: v128 = v128.load_lane<u32>(${q}, v128.load_zero<u32>(${p}, ${offset + 32}), 1, ${offset + 32})`
/** Negates the lanes whose mask is all ones. */
const negatedBy = (mask) => (name) => (h) => `i32x4.sub(v128.xor(${name}${h}, ${mask}), ${mask})`
/** The reduced columns as r0 .. r4, less one constant where they are at least k q, less the other where they are below -k q. */
const folded = (k, [above, below]) => `
const top: v128 = ${quads(4)}
const isAbove: v128 = i32x4.ge_s(top, i32x4.splat(${highest(k, Q)})), isBelow: v128 = i32x4.lt_s(top, i32x4.splat(${highest(-k, Q)}))
${vectors('r', (h) => `i32x4.sub(i32x4.sub(${h < 4 ? quads(h) : 'top'}, v128.and(isAbove, v128.load(${above}, ${16 * h}))), v128.and(isBelow, v128.load(${below}, ${16 * h})))`)}`
const scattered = (p, q, offset) => `
v128.store(${p}, v128.shuffle<u32>(r0, r1, 0, 2, 4, 6), ${offset}); v128.store(${q}, v128.shuffle<u32>(r0, r1, 1, 3, 5, 7), ${offset})
v128.store(${p}, v128.shuffle<u32>(r2, r3, 0, 2, 4, 6), ${offset + 16}); v128.store(${q}, v128.shuffle<u32>(r2, r3, 1, 3, 5, 7), ${offset + 16})
store<i32>(${p}, i32x4.extract_lane(r4, 0), ${offset + 32}); store<i32>(${q}, i32x4.extract_lane(r4, 1), ${offset + 32})`

/** The terms of component e of a product or square in F_q, or in F_q^2 = F_q[u] / (u^2 + 1). */
function productTerms(degree, e, a, b) {
  const [a0, a1, b0, b1] = [at(a), at(`${a} + ${QUAD_BYTES}`), at(b), at(`${b} + ${QUAD_BYTES}`)]
  if (degree === 1) return [{ a: a0, b: b0 }]
  return e === 0
    ? [
        { a: a0, b: b0 },
        { a: a1, b: b1, negated: true },
      ]
    : [
        { a: a0, b: b1 },
        { a: a1, b: b0 },
      ]
}
function squareTerms(degree, e, a) {
  const [a0, a1] = [at(a), at(`${a} + ${QUAD_BYTES}`)]
  if (degree === 1) return [{ a: a0 }]
  return e === 0 ? [{ a: a0 }, { a: a1, negated: true }] : [{ a: (i) => `i32x4.shl(${a0(i)}, 1)`, b: a1 }]
}

const fieldSource = (degree) => {
  const components = times(degree, (e) => e)
  const copy = (from, to) =>
    times(5, (h) => `v128.store(${to}, v128.load(${from}, ${16 * h}), ${16 * h})`).join('\n')
  if (degree === 1)
    return `
@inline export function product(a: usize, b: usize, out: usize): void { multiply(a, b, out) }
export function square(a: usize, out: usize): void {
${reduced(Q, { constants, terms: squareTerms(1, 0, 'a') })}
${stored('out')}
}
/** The inverses of both lanes, in neither of which is a multiple of q. */
export function inverse(a: usize, out: usize): void { invertBoth(a, out) }
`
  return `
${components
  .map(
    (e) => `
function product${e}(a: usize, b: usize, out: usize): void {
${reduced(Q, { constants, terms: productTerms(2, e, 'a', 'b') })}
${stored('out')}
}
function square${e}(a: usize, out: usize): void {
${reduced(Q, { constants, terms: squareTerms(2, e, 'a') })}
${stored('out')}
}`,
  )
  .join('\n')}
export function product(a: usize, b: usize, out: usize): void {
  product0(a, b, PARTIAL)
  product1(a, b, out + ${QUAD_BYTES})
${copy('PARTIAL', 'out')}
}
export function square(a: usize, out: usize): void {
  square0(a, PARTIAL)
  square1(a, out + ${QUAD_BYTES})
${copy('PARTIAL', 'out')}
}
function norm(a: usize, out: usize): void {
${reduced(Q, { constants, terms: [{ a: at('a') }, { a: at(`a + ${QUAD_BYTES}`) }] })}
${stored('out')}
}
/** The inverses of both lanes, in neither of which is zero: the conjugate over the norm. */
export function inverse(a: usize, out: usize): void {
  norm(a, PARTIAL)
  invertBoth(PARTIAL, NORM)
  multiply(a, NORM, out)
  multiply(a + ${QUAD_BYTES}, NORM, out + ${QUAD_BYTES})
  for (let i: usize = ${QUAD_BYTES}; i < ${QUAD_BYTES + 8 * LIMBS}; i += 4) store<i32>(out + i, -load<i32>(out + i))
}
`
}

/** The inverses of both lanes by that of their product; a test for multiples of q. */
const testSource = `
function invertBoth(a: usize, out: usize): void {
${lines(LIMBS, (i) => `  store<u64>(SWAPPED, rotl<u64>(load<u64>(a, ${8 * i}), 32), ${8 * i})`)}
  multiply(a, SWAPPED, RESULT)
  invert(RESULT, RESULT)
  multiply(SWAPPED, RESULT, out)
}
/** Whether the element in a lane is a multiple of q: its value over R, reduced, is then exactly 0, q or 2q. */
function isZero(a: usize, lane: usize): bool {
  multiply(a, ${PLAIN_ONE}, RESULT)
  let x: i32 = 0, zero: i32 = 0, one: i32 = 0, two: i32 = 0
${lines(LIMBS, (i) => `  x = load<i32>(RESULT + 4 * lane, ${8 * i}); zero |= x ^ ${ZERO_Q_2Q[0][i]}; one |= x ^ ${ZERO_Q_2Q[1][i]}; two |= x ^ ${ZERO_Q_2Q[2][i]}`)}
  return zero == 0 || one == 0 || two == 0
}
`

/** The arrays of a batch: one quad per component and two additions. */
const ARRAYS = ['X', 'Y', 'XSUM', 'DX', 'DY', 'PREFIX']

const stateSource = (degree) => `
/** Scratch of this instance: no two threads may share it. */
let ACC: usize = 0, LAMBDA: usize = 0, T: usize = 0, U: usize = 0, PARTIAL: usize = 0, NORM: usize = 0, RESULT: usize = 0, SWAPPED: usize = 0, SINK: usize = 0
let FIRST: usize = 0, SECOND: usize = 0, TARGET: usize = 0
let ${ARRAYS.map((name) => `${name}: usize = 0`).join(', ')}
let jobs: i32 = 0
/** Whether points at infinity may be among those to add. */
let careful: bool = false
/** Additions of equal or opposite points so far. */
export let exceptions: i32 = 0

/** Bytes of scratch that an instance needs. */
export function scratchBytes(): i32 { return ${scratchSize + 3 * 4 * (BATCH + 2) + ARRAYS.length * degree * QUAD_BYTES * (BATCH / 2 + 1) + 256} }
/** Gives the instance its scratch, at a multiple of 64. */
export function setup(base: usize): void {
  ACC = base; LAMBDA = base + 160; T = base + 320; U = base + 480; PARTIAL = base + 640; NORM = base + 720; RESULT = base + 800; SINK = base + 896; SWAPPED = base + 1152
  placeNumbers(base + 1280)
  FIRST = base + ${scratchSize}; SECOND = FIRST + ${4 * (BATCH + 2)}; TARGET = SECOND + ${4 * (BATCH + 2)}
  let end: usize = (TARGET + ${4 * (BATCH + 2)} + 63) & ~63
${ARRAYS.map((name) => `  ${name} = end; end += ${degree * QUAD_BYTES * (BATCH / 2 + 1)}`).join('\n')}
}
`

const collectSource = (degree) => `
/** Coordinates of the points of n pairs of additions, their sums and differences. */
function collect(n: i32): void {
  for (let k: usize = 0; k < <usize>n; k++) {
    const a0 = load<u32>(FIRST + 8 * k), a1 = load<u32>(FIRST + 8 * k, 4), b0 = load<u32>(SECOND + 8 * k), b1 = load<u32>(SECOND + 8 * k, 4)
    const pa: usize = a0 & ~1, qa: usize = a1 & ~1, pb: usize = b0 & ~1, qb: usize = b1 & ~1
    const sa: i32 = 0 - (a1 & 1), sb: i32 = 0 - (b1 & 1)
    const ma: v128 = i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(0 - (a0 & 1)), 1, sa), 3, sa)
    const mb: v128 = i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(0 - (b0 & 1)), 1, sb), 3, sb)
${times(degree, (e) => {
  const to = (name) => `${name} + o`
  return `{
const o: usize = ${degree * QUAD_BYTES} * k + ${QUAD_BYTES * e}
${gathered('x', 'pa', 'qa', ELEMENT_BYTES * e)}
${gathered('v', 'pb', 'qb', ELEMENT_BYTES * e)}
${putQuad(to('X'), 'x')}
${vectors('d', (h) => `i32x4.sub(v${h}, x${h})`)}
${putQuad(to('DX'), 'd')}
${vectors('s', (h) => `i32x4.add(v${h}, x${h})`)}
${putQuad(to('XSUM'), 's')}
${gathered('y', 'pa', 'qa', ELEMENT_BYTES * (degree + e))}
${vectors('ny', negatedBy('ma')('y'))}
${putQuad(to('Y'), 'ny')}
${gathered('w', 'pb', 'qb', ELEMENT_BYTES * (degree + e))}
${vectors('nw', negatedBy('mb')('w'))}
${vectors('e', (h) => `i32x4.sub(nw${h}, ny${h})`)}
${putQuad(to('DY'), 'e')}
}`
}).join('\n')}
  }
}
`

const examineSource = (degree) => `
function isInfinity(p: usize): bool {
  return (${times(9 * degree, (i) => `load<u64>(p, ${8 * i})`).join(' | ')}) == 0
}
function areZero(a: usize, lane: usize): bool {
${times(degree, (e) => `  if (!isZero(a + ${QUAD_BYTES * e}, lane)) return false`).join('\n')}
  return true
}
function copyLane(from: usize, to: usize, lane: usize, factor: i32): void {
  for (let i: usize = 4 * lane; i < ${QUAD_BYTES * degree}; i += 8) store<i32>(to + i, factor * load<i32>(from + i))
}
/**
 * Makes the differences of a batch right where they are not those of a chord. Equal points: those of the tangent, 3 x^2 and 2 y. A sum that is
 * infinity, or one of both points: any difference but zero, and a mark in TARGET: 1 infinity, 2 the second, 3 the first.
 */
function examine(n: i32): void {
  for (let k: usize = 0; k < <usize>n; k++) for (let lane: usize = 0; lane < 2; lane++) {
    const o = ${degree * QUAD_BYTES} * k, job = 8 * k + 4 * lane
    let mark: u32 = 0
    if (isInfinity(load<u32>(FIRST + job) & ~1)) mark = 2
    else if (isInfinity(load<u32>(SECOND + job) & ~1)) mark = 3
    else {
      if (!areZero(DX + o, lane)) continue
      exceptions++
      if (areZero(DY + o, lane)) {
        square(X + o, T)
        copyLane(T, DY + o, lane, 3)
        copyLane(Y + o, DX + o, lane, 2)
        continue
      }
      mark = 1
    }
    careful = true
    for (let i: usize = 4 * lane; i < ${QUAD_BYTES * degree}; i += 8) store<i32>(DX + o + i, 0)
    for (let i: usize = 4 * lane; i < ${QUAD_BYTES}; i += 8) store<i32>(DX + o + i, load<i32>(${ONE} + i))
    store<u32>(TARGET + job, (load<u32>(TARGET + job) & ~3) | mark)
  }
}
`

/** Statements that store the words of a point, those of y negated where sign is all ones. */
const copied = (degree) =>
  lines(Math.ceil((LIMBS * degree) / 2), (h) => {
    const isTail = 4 * h + 4 > 2 * LIMBS * degree
    const word = isTail ? `v128.load_zero<u64>(from, ${16 * h})` : `v128.load(from, ${16 * h})`
    const isY = times(4, (lane) => (4 * h + lane >= LIMBS * degree ? -1 : 0))
    const mask = `v128.and(sign, i32x4(${isY.join(', ')}))`
    const value = isY.includes(-1) ? `i32x4.sub(v128.xor(${word}, ${mask}), ${mask})` : word
    return isTail
      ? `  v128.store_lane<u64>(out, ${value}, 0, ${16 * h})`
      : `  v128.store(out, ${value}, ${16 * h})`
  })

const flushSource = (degree) => {
  const components = times(degree, (e) => e)
  const size = degree * QUAD_BYTES
  return `
/** Products of the differences before each, and of all in ACC. */
function multiplyUp(n: i32): void {
  memory.copy(ACC, ${ONE}, ${QUAD_BYTES})
  ${degree === 2 ? `memory.fill(ACC + ${QUAD_BYTES}, 0, ${QUAD_BYTES})` : ''}
  for (let k: usize = 0; k < <usize>n; k++) {
    const o = ${size} * k
${times(5 * degree, (h) => `    v128.store(PREFIX + o, v128.load(ACC, ${16 * h}), ${16 * h})`).join('\n')}
    product(PREFIX + o, DX + o, ACC)
  }
}
${components
  .map(
    (e) => `
/** x of the sums: lambda^2 - x1 - x2; and x1 less that, to U. */
function sumX${e}(p: usize, q: usize, o: usize): void {
${reduced(Q, { constants, terms: squareTerms(degree, e, 'LAMBDA'), minus: `XSUM + o + ${QUAD_BYTES * e}` })}
${folded(3, FOLD_X)}
${scattered('p', 'q', ELEMENT_BYTES * e)}
${vectors('f', (h) => `i32x4.sub(v128.load(X + o + ${QUAD_BYTES * e}, ${16 * h}), r${h})`)}
${putQuad(`U + ${QUAD_BYTES * e}`, 'f')}
}
/** y of the sums: lambda (x1 - x3) - y1. */
function sumY${e}(p: usize, q: usize, o: usize): void {
${reduced(Q, { constants, terms: productTerms(degree, e, 'LAMBDA', 'U'), minus: `Y + o + ${QUAD_BYTES * e}` })}
${folded(2, FOLD_Y)}
${scattered('p', 'q', ELEMENT_BYTES * (degree + e))}
}`,
  )
  .join('\n')}
/** Makes all additions that wait. */
function flush(): void {
  if (jobs == 0) return
  const last: usize = 4 * jobs
  if (jobs & 1) {
    store<u32>(FIRST + last, ${FILLER[0]}); store<u32>(SECOND + last, ${FILLER[1]}); store<u32>(TARGET + last, <u32>SINK)
    jobs++
  }
  const n = jobs >> 1
  collect(n)
  const examined = careful
  if (examined) examine(n)
  multiplyUp(n)
  if (!examined && (areZero(ACC, 0) || areZero(ACC, 1))) {
    examine(n)
    multiplyUp(n)
  }
  inverse(ACC, ACC)
  for (let k: i32 = n - 1; k >= 0; k--) {
    const o: usize = ${size} * k
    product(ACC, PREFIX + o, T)
    product(ACC, DX + o, ACC)
    product(T, DY + o, LAMBDA)
    const p: usize = load<u32>(TARGET + 8 * k) & ~3, q: usize = load<u32>(TARGET + 8 * k, 4) & ~3
${components.map((e) => `    sumX${e}(p, q, o)`).join('\n')}
${components.map((e) => `    sumY${e}(p, q, o)`).join('\n')}
  }
  if (careful) for (let k: usize = 0; k < <usize>jobs; k++) {
    const target = load<u32>(TARGET + 4 * k), mark = target & 3
    if (mark == 1) memory.fill(target & ~3, 0, POINT)
    else if (mark == 2) single(load<u32>(SECOND + 4 * k), target & ~3)
    else if (mark == 3) single(load<u32>(FIRST + 4 * k), target & ~3)
  }
  jobs = 0
}
function push(a: u32, b: u32, target: usize): void {
  store<u32>(FIRST + 4 * jobs, a); store<u32>(SECOND + 4 * jobs, b); store<u32>(TARGET + 4 * jobs, <u32>target)
  if (++jobs == ${BATCH}) flush()
}
/** Copies a point or its negative. (memory.copy is a call out of the module: for so few bytes, most of its time.) */
function single(a: u32, out: usize): void {
  const from: usize = a & ~1, sign: v128 = i32x4.splat(0 - <i32>(a & 1))
${copied(degree)}
}
/**
 * Sums of groups of points. list: references, group by group; counts: u32 per group, overwritten with 1, or 0 if the group is empty. The sums
 * lie one after another at the address returned, those of empty groups left out. buffers: room for (points + groups) / 2 and for
 * points / 4 + groups points. list is overwritten.
 */
function sums(list: usize, counts: usize, groups: i32, buffer0: usize, buffer1: usize): usize {
  let out = buffer0, other = buffer1
  while (true) {
    let more = false
    let to = out, from = list
    for (let g: usize = 0; g < <usize>groups; g++) {
      const n = load<u32>(counts + 4 * g)
      let i: u32 = 0
      for (; i + 1 < n; i += 2) { push(load<u32>(from), load<u32>(from, 4), to); to += POINT; from += 8 }
      if (i < n) { single(load<u32>(from), to); to += POINT; from += 4 }
      const left = (n + 1) >> 1
      store<u32>(counts + 4 * g, left)
      if (left > 1) more = true
    }
    flush()
    if (!more) return out
    const total = (to - out) / POINT
    for (let i: usize = 0; i < total; i++) store<u32>(list + 4 * i, <u32>(out + POINT * i))
    const swap = out; out = other; other = swap
  }
}
`
}

/** Source of sums(list, counts, groups, buffer0, buffer1), multiply and setup. Memory holds \`memory\` at CONSTANTS_AT. */
export const additionsSource = (degree) =>
  [
    `const POINT: usize = ${2 * degree * ELEMENT_BYTES}`,
    stateSource(degree),
    multiplySource(Q, constants),
    fieldSource(degree),
    INVERSE,
    testSource,
    collectSource(degree),
    examineSource(degree),
    flushSource(degree),
  ].join('\n')
