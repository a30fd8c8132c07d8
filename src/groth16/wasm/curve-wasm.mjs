// Writes src/groth16/generated/curves.ts: sums of multiples of points of BN254's G1 and G2 (multi-scalar multiplication) as WebAssembly.
//
// The bucket method with signed digits, a window per call: points are sorted by digit and each bucket is summed. Buckets stand in a grid of
// rows and columns; the sums of rows and of columns are added by the bits of their numbers. What is left, one point per bit of the scalar, is for
// the caller. (Pippenger 1976; signed digits and shared inversions as in Bernstein, Doumen, Lange, Oosterwijk 2012.)
import { base64, ELEMENT_BYTES, LIMBS, lines, R, writeGenerated } from '../../crypto/wasm/field-wasm.mjs'
import { additionsSource, CONSTANTS_AT, FROM_ZKEY, memory } from './additions.mjs'
import { compileShared, MODULE_TYPE } from './module.mjs'
import { multiplesSource } from './multiples.mjs'
import { PAIR_BYTES, unpacked } from './pair-field.mjs'

const word = (x, i) => (x >> (64n * BigInt(i))) & 0xffffffffffffffffn

/** Points of a zkey (coordinates of 32 little-endian bytes, Montgomery form with 2^256) to those of the kernel; two coordinates at a time. */
const enterSource = `
export function enter(from: usize, to: usize, n: i32): void {
  for (let i: usize = 0; i < <usize>n * (POINT / ${2 * ELEMENT_BYTES}); i++) {
    ${unpacked('from', 'T', 8)}
    ${unpacked('from + 32', 'T + 4', 8)}
    multiply(T, ${FROM_ZKEY}, T)
${lines(LIMBS, (i) => `    store<i32>(to, load<i32>(T, ${8 * i}), ${4 * i}); store<i32>(to, load<i32>(T, ${8 * i + 4}), ${4 * (i + LIMBS)})`)}
    from += 64; to += ${PAIR_BYTES}
  }
}
`

const prepareSource = `
/** Windows divide the 254 bits of a scalar evenly; the first ones may be a bit wider. The first bit of a window, and its width: */
@inline function firstBit(windows: i32, index: i32): i32 { return index * (254 / windows) + min(index, 254 % windows) }
@inline function widthOf(windows: i32, index: i32): i32 { return 254 / windows + i32(index < 254 % windows) }
/**
 * Makes the scalars of n points ready. A scalar (32 little-endian bytes below r at scalars + 32 * wires[i]) or r less it, whichever is smaller, is
 * stored plus half of each digit's range but the last's, so that digits less that are signed; bit 255 says that it was negated. Zeros are left out;
 * those with one digit lie at the end of the arrays, downwards.
 * @returns how many have more digits, and in the high word how many have one
 */
export function prepare(scalars: usize, wires: usize, points: usize, n: i32, windows: i32, outScalars: usize, outPoints: usize): u64 {
  const offset = T
  memory.fill(offset, 0, 40)
  for (let i = 1; i < windows; i++) {
    const bit = firstBit(windows, i) - 1, to = offset + 8 * (bit >> 6)
    store<u64>(to, load<u64>(to) | (<u64>1 << (bit & 63)))
  }
  const shortEnd: u64 = <u64>1 << (widthOf(windows, 0) - 1)
${lines(4, (i) => `  const d${i} = load<u64>(offset, ${8 * i})`)}
  let long: i32 = 0, short: i32 = 0
  for (let i: i32 = 0; i < n; i++) {
    const from = scalars + 32 * <usize>load<u32>(wires + 4 * i)
${lines(4, (i) => `    let s${i} = load<u64>(from, ${8 * i})`)}
    if ((s0 | s1 | s2 | s3) == 0) continue
    let sign: u64 = 0
    if (s3 >= ${word(R, 3) >> 1n}) {
      sign = <u64>1 << 63
      let borrow: u64 = 0
${lines(4, (i) => `      const x${i}: u64 = ${word(R, i)} - s${i}, y${i} = x${i} - borrow; borrow = <u64>(${word(R, i)} < s${i}) | <u64>(x${i} < borrow); s${i} = y${i}`)}
    }
    const isShort = (s1 | s2 | s3) == 0 && s0 < shortEnd
    let carry: u64 = 0
${lines(4, (i) => `    const a${i} = s${i} + d${i}, b${i} = a${i} + carry; carry = <u64>(a${i} < s${i}) | <u64>(b${i} < a${i}); s${i} = b${i}`)}
    const to: usize = isShort ? n - 1 - short++ : long++
${lines(4, (i) => `    store<u64>(outScalars + 32 * to, s${i}${i === 3 ? ' | sign' : ''}, ${8 * i})`)}
    store<u32>(outPoints + 4 * to, <u32>(points + POINT * i))
  }
  return <u64>long | (<u64>short << 32)
}
`

const sortSource = `
@inline function digit(s: usize, bit: i32, mask: u64, half: i64): i64 {
  const word = bit >> 6, shift = bit & 63
  let x = load<u64>(s + 8 * word) >> shift
  if (shift && word < 3) x |= load<u64>(s + 8 * word, 8) << (64 - shift)
  return <i64>(x & mask) - half
}
/** Lists points by the absolute value of their digit; counts: how many per value, ends: where each value's list ends; value 0 is left out. */
function sort(scalars: usize, points: usize, n: i32, long: i32, all: i32, bit: i32, mask: u64, half: i64, buckets: i32, counts: usize, ends: usize, list: usize): void {
  memory.fill(counts, 0, 4 * buckets)
  for (let k: i32 = 0; k < all; k++) {
    const i: usize = k < long ? k : n - 1 - (k - long)
    const d = digit(scalars + 32 * i, bit, mask, half)
    const count = counts + 4 * <usize>(d < 0 ? -d : d)
    store<u32>(count, load<u32>(count) + 1)
  }
  store<u32>(counts, 0)
  let end: u32 = 0
  for (let b: usize = 0; b < <usize>buckets; b++) { store<u32>(ends + 4 * b, end); end += load<u32>(counts + 4 * b) }
  for (let k: i32 = 0; k < all; k++) {
    const i: usize = k < long ? k : n - 1 - (k - long)
    let d = digit(scalars + 32 * i, bit, mask, half)
    if (d == 0) continue
    let sign: u32 = load<u8>(scalars + 32 * i, 31) >> 7
    if (d < 0) { d = -d; sign ^= 1 }
    const to = load<u32>(ends + 4 * <usize>d)
    store<u32>(ends + 4 * <usize>d, to + 1)
    store<u32>(list + 4 * to, load<u32>(points + 4 * i) | sign)
  }
}
/** The address of each group's sum, 0 if it is empty. */
function locate(first: usize, counts: usize, groups: i32, out: usize): void {
  for (let g: usize = 0; g < <usize>groups; g++) {
    const has = load<u32>(counts + 4 * g) != 0
    store<u32>(out + 4 * g, has ? <u32>first : 0)
    if (has) first += POINT
  }
}
`

const linesSource = `
/** Lists the sums of buckets by row, then by column; bucket = row * 2^h + column. Row 0 and column 0 count for nothing. */
function listLines(sumAt: usize, buckets: i32, rowBits: i32, h: i32, list: usize, counts: usize): void {
  const rows = 1 << rowBits, columns = 1 << h
  for (let line = 0; line < rows + columns; line++) {
    const isRow = line < rows, number = isRow ? line : line - rows
    const across = isRow ? columns : rows
    let n: u32 = 0
    for (let k = 0; k < across; k++) {
      const b = isRow ? (number << h) | k : (k << h) | number
      if (number == 0 || b >= buckets || load<u32>(sumAt + 4 * b) == 0) continue
      store<u32>(list, load<u32>(sumAt + 4 * b)); list += 4; n++
    }
    store<u32>(counts + 4 * line, n)
  }
}
/** Lists the sums of lines by the bits of their numbers: those of columns, then those of rows. */
function listBits(sumAt: usize, rowBits: i32, h: i32, list: usize, counts: usize): void {
  for (let bit = 0; bit < h + rowBits; bit++) {
    const isRow = bit >= h
    const first = isRow ? 0 : 1 << rowBits, lines = isRow ? 1 << rowBits : 1 << h, shift = isRow ? bit - h : bit
    let n: u32 = 0
    for (let k = 0; k < lines; k++) {
      const sum = load<u32>(sumAt + 4 * (first + k))
      if (((k >> shift) & 1) == 0 || sum == 0) continue
      store<u32>(list, sum); list += 4; n++
    }
    store<u32>(counts + 4 * bit, n)
  }
}
`

const windowSource = `
/**
 * Buckets of a window: values 0 to half of the range of signed digits. The highest digits are not signed: up to those of r / 2, and one for the carry of what
 * prepare() adds.
 */
@inline function bucketsOf(windows: i32, index: i32): i32 {
  if (index < windows - 1) return (1 << (widthOf(windows, index) - 1)) + 1
  return <i32>(<u64>${word(R, 3) >> 1n} >> (firstBit(windows, index) - 192)) + 2
}
@inline function up(at: usize): usize { return (at + 63) & ~63 }
/** Bytes of memory at \`free\` that a window over n points needs, of so many windows. */
export function windowBytes(n: i32, windows: i32): u32 {
  const buckets: usize = max(bucketsOf(windows, 0), bucketsOf(windows, windows - 1)), lines: usize = 1 << (widthOf(windows, 0) / 2 + 2)
  return <u32>(4 * (4 * buckets + <usize>n + 2 * lines) + POINT * (<usize>n / 2 + <usize>n / 4 + 3 * buckets + 2 * lines + 64) + 1024)
}
/**
 * One window of a sum over n prepared points, of which \`long\` have several digits and \`short\` have one. Writes at \`out\` for each of the window's
 * bits: a word that says whether there is a point, and after 8 bytes the point; 8 + POINT bytes per bit. The sum of the window is
 * the sum of 2^bit times these points, times 2^(its first bit).
 * @returns the number of bits
 */
export function window(scalars: usize, points: usize, n: i32, long: i32, short: i32, windows: i32, index: i32, free: usize, out: usize): i32 {
  const first = firstBit(windows, index), width = widthOf(windows, index), buckets = bucketsOf(windows, index)
  const mask: u64 = (<u64>1 << width) - 1, half: i64 = index == windows - 1 ? 0 : <i64>1 << (width - 1)
  const all = index == 0 ? long + short : long
  let bits = 0
  while (1 << bits < buckets) bits++
  const h = bits >> 1, rowBits = bits - h, lines: i32 = (1 << h) + (1 << rowBits)
  const counts = free, sumAt = counts + 4 * buckets
  const list = sumAt + 4 * (buckets + lines), lineList = list + 4 * all, lineCounts = lineList + 8 * buckets
  const room0 = up(lineCounts + 4 * lines), room1 = up(room0 + POINT * ((all + buckets) / 2 + 16))
  const room2 = up(room1 + POINT * (all / 4 + buckets + 16)), room3 = up(room2 + POINT * (buckets + lines / 2 + 16))
  careful = false
  sort(scalars, points, n, long, all, first, mask, half, buckets, counts, sumAt, list)
  locate(sums(list, counts, buckets, room0, room1), counts, buckets, sumAt)
  listLines(sumAt, buckets, rowBits, h, lineList, lineCounts)
  locate(sums(lineList, lineCounts, lines, room2, room3), lineCounts, lines, sumAt)
  listBits(sumAt, rowBits, h, lineList, lineCounts)
  locate(sums(lineList, lineCounts, bits, room0, room1), lineCounts, bits, sumAt)
  for (let bit: usize = 0; bit < <usize>bits; bit++) {
    const to = out + (POINT + 8) * bit, sum: usize = load<u32>(sumAt + 4 * bit)
    store<u32>(to, sum != 0 && !isInfinity(sum))
    if (sum) memory.copy(to + 8, sum, POINT)
  }
  return bits
}
`

const source = (degree) =>
  [
    additionsSource(degree),
    enterSource,
    prepareSource,
    sortSource,
    linesSource,
    windowSource,
    multiplesSource,
  ].join('\n')

writeGenerated(
  'curves.ts',
  `// Generated by src/groth16/wasm/curve-wasm.mjs. Do not edit.
${MODULE_TYPE}
export const G1: KernelModule = ${await compileShared(source(1))}
export const G2: KernelModule = ${await compileShared(source(2))}
/** Constants of both, to be copied to CONSTANTS_AT. */
export const CONSTANTS = '${base64(memory.bytes())}'
export const CONSTANTS_AT = ${CONSTANTS_AT}
/** Where they end. */
export const CONSTANTS_END = ${memory.end()}
`,
  import.meta.url,
)
