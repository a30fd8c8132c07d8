// Arithmetic in the BN254 scalar field for the WebAssembly that these scripts generate: AssemblyScript source, and constants
// in the representation that the arithmetic uses.
//
// A field element is 9 limbs of 29 bits in u32 words, in Montgomery form with R = 2^261. A product is 17 columns of 64 bits,
// reduced once; its limbs are carried and its value is below a * b / 2^261 + r. Of the factors, the limbs must be below
// 2^30.3 (or their product below 2^60.6) so that no column overflows.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

export const R = 21888242871839275222246405745257275088548364400416034343698204186575808495617n
export const LIMBS = 9
export const BITS = 29n
export const MASK = (1n << BITS) - 1n
export const ELEMENT_BYTES = 4 * LIMBS
export const MONTGOMERY = 1n << (BITS * BigInt(LIMBS))
export const limbs = (x, count = LIMBS) =>
  Array.from({ length: count }, (_, i) => (x >> (BITS * BigInt(i))) & MASK)
export const times = (n, f) => Array.from({ length: n }, (_, i) => f(i))
export const lines = (n, f) => times(n, f).join('\n')

export const P = limbs(R)
/** -1/r mod 2^29, by Newton's iteration. */
export const NEGATED_INVERSE = (() => {
  let inverse = 1n
  for (let i = 0; i < 5; i++) inverse = (inverse * (2n - R * inverse)) & MASK
  return (MASK + 1n - (inverse & MASK)) & MASK
})()
/** R^2 mod r: multiplying by it enters Montgomery form; multiplying by 1 leaves it. */
export const ENTER = (MONTGOMERY * MONTGOMERY) % R

export const load = (name, pointer) =>
  lines(LIMBS, (i) => `  const ${name}${i}: u64 = load<u32>(${pointer}, ${4 * i})`)
export const column = (a, b, k) =>
  times(LIMBS, (i) => [i, k - i])
    .filter(([, j]) => j >= 0 && j < LIMBS)
    .map(([i, j]) => `${a}${i} * ${b}${j}`)
    .join(' + ')
export const squareColumn = (a, k) => {
  const pairs = times(LIMBS, (i) => [i, k - i]).filter(([i, j]) => j >= 0 && j < LIMBS && i <= j)
  const twice = pairs.filter(([i, j]) => i < j).map(([i, j]) => `${a}${i} * ${a}${j}`)
  const once = pairs.filter(([i, j]) => i === j).map(([i, j]) => `${a}${i} * ${a}${j}`)
  return [twice.length > 0 ? `((${twice.join(' + ')}) << 1)` : '', ...once].filter(Boolean).join(' + ')
}
export const declare = (expression) => lines(2 * LIMBS - 1, (k) => `  let t${k}: u64 = ${expression(k)}`)

/** Montgomery reduction of t0..t16, plus an addend that is already reduced, carried and stored at `out`. */
export const reduce = (addend) => {
  const step = (i) => [
    `  m = ((t${i} & ${MASK}) * ${NEGATED_INVERSE}) & ${MASK}`,
    ...times(LIMBS, (j) => `  t${i + j} += m * ${P[j]}`),
    `  t${i + 1} += t${i} >> ${BITS}`,
  ]
  const add = (i) => `  t${LIMBS + i} += load<u32>(${addend}, ${4 * i})`
  const store = (i) =>
    i < LIMBS - 1
      ? `  store<u32>(out, <u32>(t${LIMBS + i} & ${MASK}), ${4 * i})\n  t${LIMBS + i + 1} += t${LIMBS + i} >> ${BITS}`
      : `  store<u32>(out, <u32>t${LIMBS + i}, ${4 * i})`
  return [
    '  let m: u64',
    `  let t${2 * LIMBS - 1}: u64 = 0`,
    ...times(LIMBS, step).flat(),
    ...(addend ? times(LIMBS, add) : []),
    ...times(LIMBS, store),
  ].join('\n')
}

/** unpack and pack between 32 big-endian bytes and limbs that are `stride` bytes apart. */
export const unpackAndPack = (stride) => `
/** Limbs from 32 big-endian bytes. */
function unpack(from: usize, out: usize): void {
  const w0 = bswap<u64>(load<u64>(from, 24)), w1 = bswap<u64>(load<u64>(from, 16))
  const w2 = bswap<u64>(load<u64>(from, 8)), w3 = bswap<u64>(load<u64>(from))
${lines(LIMBS, (i) => {
  const bit = 29 * i
  const word = bit >> 6
  const shift = bit & 63
  const high = shift + 29 > 64 && word < 3 ? ` | (w${word + 1} << ${64 - shift})` : ''
  return `  store<u32>(out, <u32>(((w${word} >> ${shift})${high}) & ${MASK}), ${stride * i})`
})}
}
/** 32 big-endian bytes below r from carried limbs below 2r. */
function pack(a: usize, to: usize): void {
${lines(LIMBS, (i) => `  let a${i}: i64 = load<u32>(a, ${stride * i})`)}
  let borrow: i64 = 0
${lines(LIMBS, (i) => `  const s${i}: i64 = a${i} - ${P[i]} + borrow\n  borrow = s${i} >> ${BITS}`)}
  if (borrow >= 0) {
${lines(LIMBS, (i) => `    a${i} = s${i} & ${MASK}`)}
  }
${lines(4, (word) => {
  const parts = times(LIMBS, (i) => 29 * i - 64 * word)
    .map((shift, i) => [shift, i])
    .filter(([shift]) => shift > -29 && shift < 64)
    .map(([shift, i]) => (shift >= 0 ? `(<u64>a${i} << ${shift})` : `(<u64>a${i} >> ${-shift})`))
  return `  store<u64>(to, bswap<u64>(${parts.join(' | ')}), ${24 - 8 * word})`
})}
}
`

/** mul, square; unpack and pack between limbs and 32 big-endian bytes. */
export const fieldSource = `
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
${unpackAndPack(4)}
`

const words = (x) => Buffer.from(new Uint32Array(limbs(x).map(Number)).buffer)
/** An element in Montgomery form, and the number itself, as the memory holds them. */
export const element = (x) => words((BigInt(x) * MONTGOMERY) % R)
export const plain = (x) => words(x)

/** Lays out constants in memory from an address on; `place` returns the address of each run of values. */
export function layout(start) {
  const chunks = []
  let end = start
  return {
    place(buffers) {
      const at = end
      for (const buffer of buffers) {
        chunks.push(buffer)
        end += buffer.length
      }
      return at
    },
    bytes: () => Buffer.concat(chunks),
    /** Where free memory begins, rounded up to 64. */
    end: () => (end + 63) & ~63,
  }
}

/** Compiles AssemblyScript. Flags replace those for a module with a memory of its own. */
export async function compile(source, flags = ['--initialMemory', '16']) {
  let module
  const { error, stderr } = await asc.main(
    ['kernel.ts', '-O3', '--runtime', 'stub', '--noAssert', ...flags, '--outFile', 'kernel.wasm'],
    {
      readFile: (name) => (name === 'kernel.ts' ? source : null),
      writeFile: (_, contents) => {
        module = contents
      },
      listFiles: () => [],
    },
  )
  if (error) throw new Error(`${error.message}\n${stderr}`)
  return module
}

export const base64 = (bytes) => Buffer.from(bytes).toString('base64')

/** Writes a file of the folder `generated` beside a script's folder, unless it already has this content. @param from the script's URL; here by default */
export function writeGenerated(name, text, from = import.meta.url) {
  const path = fileURLToPath(new URL(`../generated/${name}`, from))
  let current = ''
  try {
    current = readFileSync(path, 'utf8')
  } catch {}
  if (current !== text) writeFileSync(path, text)
}
