// AssemblyScript source of multiples of one point, the generator in a setup: a table has the multiples of the point by every signed digit of
// every window, so each result is a sum of as many points as there are windows.
import { BITS, LIMBS, limbs, lines, MASK, times } from '../../crypto/wasm/field-wasm.mjs'
import { memory } from './additions.mjs'
import { PAIR_BYTES, BASE_FIELD as Q, twice } from './pair-field.mjs'

/** 2^256: brings the Montgomery form with 2^261 to the one of snarkjs, with 2^256. */
const TO_ZKEY = memory.place([twice((1n << 256n) % Q)])
const q = limbs(Q)
const last = LIMBS - 1

/** Little-endian words from limbs z0 .. z8. */
const packed = lines(4, (n) => {
  const parts = times(LIMBS, (i) => [29 * i - 64 * n, i]).filter(([shift]) => shift > -29 && shift < 64)
  const limb = ([shift, i]) => `(<u64>z${i} ${shift < 0 ? '>>' : '<<'} ${Math.abs(shift)})`
  return `  store<u64>(to, ${parts.map(limb).join(' | ')}, ${8 * n})`
})

/** A product is between -0.02q and 2.02q: with q added, three subtractions at most leave it below q. */
const leaveSource = `
/** The number below q, 32 little-endian bytes, of a product in a lane. */
function canonical(from: usize, to: usize): void {
  let x: i64 = 0
${lines(LIMBS, (i) => `  x += <i64>load<i32>(from, ${8 * i}) + ${q[i]}; let z${i}: i64 = x${i < last ? ` & ${MASK}; x >>= ${BITS}` : ''}`)}
  for (let k = 0; k < 3; k++) {
    let y: i64 = 0
${lines(LIMBS, (i) => `    y += z${i} - ${q[i]}; const d${i}: i64 = y${i < last ? ` & ${MASK}; y >>= ${BITS}` : ''}`)}
    if (d${last} < 0) break
    ${times(LIMBS, (i) => `z${i} = d${i}`).join('; ')}
  }
${packed}
}
/** A point as a zkey has it: coordinates of 32 little-endian bytes, Montgomery form with 2^256. */
function leave(from: usize, to: usize): void {
  for (let i: usize = 0; i < POINT / ${PAIR_BYTES}; i++) {
${lines(LIMBS, (i) => `    store<i32>(T, load<i32>(from, ${4 * i}), ${8 * i}); store<i32>(T, load<i32>(from, ${4 * (i + LIMBS)}), ${8 * i + 4})`)}
    multiply(T, ${TO_ZKEY}, T)
    canonical(T, to)
    canonical(T + 4, to + 32)
    from += ${PAIR_BYTES}; to += 64
  }
}
`

export const multiplesSource = `
${leaveSource}
/** Windows of c bits: the highest one takes the carry of signed digits. */
@inline function windowsOf(c: i32): i32 { return 254 / c + 1 }
/** Bytes of a table with digits of c bits. */
export function tableBytes(c: i32): u32 { return <u32>(POINT * (<usize>windowsOf(c) << (c - 1))) }
/** Fills a table, whose first point is there: digit d of window w, from 1 to 2^(c - 1), lies at w 2^(c - 1) + d - 1. */
export function fillTable(at: usize, c: i32): void {
  const size = 1 << (c - 1), windows = windowsOf(c)
  careful = false
  for (let w = 0; w < windows; w++) {
    const first = at + POINT * (<usize>w << (c - 1)), before = <u32>(first - POINT)
    if (w > 0) { push(before, before, first); flush() }
    for (let m = 1; m < size; m <<= 1) {
      for (let i: usize = 0; i < <usize>m; i++) push(<u32>(first + POINT * i), <u32>(first + POINT * (m - 1)), first + POINT * (m + i))
      flush()
    }
  }
}
/** Bytes of memory that multiples of n scalars need at \`free\`. */
export function multiplesBytes(n: i32, c: i32): u32 {
  const all: usize = <usize>n * windowsOf(c)
  return <u32>(4 * (all + n) + POINT * ((all + n) / 2 + all / 4 + n + 64) + 256)
}
/** The multiples of a table's point by n scalars (32 little-endian bytes below r), as a zkey has points: all zeros for infinity. */
export function multiples(scalars: usize, n: i32, c: i32, table: usize, free: usize, out: usize): void {
  const windows = windowsOf(c), mask: u64 = (<u64>1 << c) - 1, half: i64 = <i64>1 << (c - 1)
  const counts = free, list = counts + 4 * n
  let end = list
  for (let k: usize = 0; k < <usize>n; k++) {
    const s = scalars + 32 * k, start = end
    let carry: i64 = 0
    for (let w = 0; w < windows; w++) {
      let d = digit(s, w * c, mask, 0) + carry
      carry = <i64>(d > half)
      d -= carry << c
      if (d == 0) continue
      const point = table + POINT * ((<usize>w << (c - 1)) + <usize>(d < 0 ? -d : d) - 1)
      store<u32>(end, <u32>point | <u32>(d < 0)); end += 4
    }
    store<u32>(counts + 4 * k, <u32>((end - start) >> 2))
  }
  const all = (end - list) >> 2, room0 = (end + 63) & ~63, room1 = room0 + POINT * ((all + n) / 2 + 16)
  careful = false
  let sum = sums(list, counts, n, room0, room1)
  memory.fill(out, 0, n * (POINT / ${PAIR_BYTES}) * 64)
  for (let k: usize = 0; k < <usize>n; k++) {
    if (load<u32>(counts + 4 * k) == 0) continue
    if (!isInfinity(sum)) leave(sum, out + k * (POINT / ${PAIR_BYTES}) * 64)
    sum += POINT
  }
}
`
