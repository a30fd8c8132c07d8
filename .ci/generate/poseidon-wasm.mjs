// Writes src/crypto/generated/poseidon-wasm.ts: Poseidon over the BN254 scalar field as WebAssembly, with its constants.
//
// A field element is 9 limbs of 29 bits in u32 words, in Montgomery form with R = 2^261. Sums of products are kept as 17
// columns of 64 bits and reduced once. Limbs are not carried after a round constant is added, so they are below 2^30: three products
// of 9 terms of 59 bits and the reduction's own 9 of 58 bits still fit a column, a fourth would not. Values stay below 2^260
// through the partial rounds and are brought below r only where they leave. Round structure and constants are those of
// circomlibjs (Poseidon, Grassi et al. 2019, appendix B: sparse matrices in the partial rounds).
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const root = new URL('../../', import.meta.url)
const { default: constants } = await import(
  new URL('node_modules/circomlibjs/src/poseidon_constants_opt.js', root).href
)

const R = 21888242871839275222246405745257275088548364400416034343698204186575808495617n
const LIMBS = 9
const BITS = 29n
const MASK = (1n << BITS) - 1n
const ELEMENT_BYTES = 4 * LIMBS
const MONTGOMERY = 1n << (BITS * BigInt(LIMBS))
/** How many inputs the ledger's hashes take. */
const ARITIES = [2, 3, 4, 5, 8]
const PARTIAL_ROUNDS = [56, 57, 56, 60, 60, 63, 64, 63]

const limbs = (x) => Array.from({ length: LIMBS }, (_, i) => (x >> (BITS * BigInt(i))) & MASK)
const times = (n, f) => Array.from({ length: n }, (_, i) => f(i))
const lines = (n, f) => times(n, f).join('\n')

const P = limbs(R)
/** -1/r mod 2^29, by Newton's iteration. */
const NEGATED_INVERSE = (() => {
  let inverse = 1n
  for (let i = 0; i < 5; i++) inverse = (inverse * (2n - R * inverse)) & MASK
  return (MASK + 1n - (inverse & MASK)) & MASK
})()
/** R^2 mod r: multiplying by it enters Montgomery form; multiplying by 1 leaves it. */
const ENTER = (MONTGOMERY * MONTGOMERY) % R

const load = (name, pointer) =>
  lines(LIMBS, (i) => `  const ${name}${i}: u64 = load<u32>(${pointer}, ${4 * i})`)
const column = (a, b, k) =>
  times(LIMBS, (i) => [i, k - i])
    .filter(([, j]) => j >= 0 && j < LIMBS)
    .map(([i, j]) => `${a}${i} * ${b}${j}`)
    .join(' + ')
const squareColumn = (a, k) => {
  const pairs = times(LIMBS, (i) => [i, k - i]).filter(([i, j]) => j >= 0 && j < LIMBS && i <= j)
  const twice = pairs.filter(([i, j]) => i < j).map(([i, j]) => `${a}${i} * ${a}${j}`)
  const once = pairs.filter(([i, j]) => i === j).map(([i, j]) => `${a}${i} * ${a}${j}`)
  return [twice.length > 0 ? `((${twice.join(' + ')}) << 1)` : '', ...once].filter(Boolean).join(' + ')
}
const declare = (expression) => lines(2 * LIMBS - 1, (k) => `  let t${k}: u64 = ${expression(k)}`)

/** Montgomery reduction of t0..t16, plus an addend that is already reduced, carried and stored at `out`. */
const reduce = (addend) => {
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

const arithmetic = `
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
function mulAdd(a: usize, b: usize, addend: usize, out: usize): void {
${load('a', 'a')}
${load('b', 'b')}
${declare((k) => column('a', 'b', k))}
${reduce('addend')}
}
function columnsSet(a: usize, b: usize): void {
${load('a', 'a')}
${load('b', 'b')}
${lines(2 * LIMBS - 1, (k) => `  store<u64>(COLUMNS, ${column('a', 'b', k)}, ${8 * k})`)}
}
function columnsAdd(a: usize, b: usize): void {
${load('a', 'a')}
${load('b', 'b')}
${lines(2 * LIMBS - 1, (k) => `  store<u64>(COLUMNS, load<u64>(COLUMNS, ${8 * k}) + ${column('a', 'b', k)}, ${8 * k})`)}
}
function columnsCarry(): void {
  let t: u64 = 0
${lines(2 * LIMBS - 2, (k) => `  t += load<u64>(COLUMNS, ${8 * k})\n  store<u64>(COLUMNS, t & ${MASK}, ${8 * k})\n  t >>= ${BITS}`)}
  store<u64>(COLUMNS, load<u64>(COLUMNS, ${8 * (2 * LIMBS - 2)}) + t, ${8 * (2 * LIMBS - 2)})
}
function columnsReduce(out: usize): void {
${declare((k) => `load<u64>(COLUMNS, ${8 * k})`)}
${reduce()}
}
/** Limbs from 32 big-endian bytes. */
function unpack(from: usize, out: usize): void {
  const w0 = bswap<u64>(load<u64>(from, 24)), w1 = bswap<u64>(load<u64>(from, 16))
  const w2 = bswap<u64>(load<u64>(from, 8)), w3 = bswap<u64>(load<u64>(from))
${lines(LIMBS, (i) => {
  const bit = 29 * i
  const word = bit >> 6
  const shift = bit & 63
  const high = shift + 29 > 64 && word < 3 ? ` | (w${word + 1} << ${64 - shift})` : ''
  return `  store<u32>(out, <u32>(((w${word} >> ${shift})${high}) & ${MASK}), ${4 * i})`
})}
}
/** 32 big-endian bytes below r from carried limbs below 2r. */
function pack(a: usize, to: usize): void {
${lines(LIMBS, (i) => `  let a${i}: i64 = load<u32>(a, ${4 * i})`)}
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

// Memory: the compiler's own data first, then scratch, the constants, and the caller's buffer behind them.
const SCRATCH = 1024
const CONSTANTS = 4096
const element = (x) => {
  const words = new Uint32Array(limbs((BigInt(x) * MONTGOMERY) % R).map(Number))
  return Buffer.from(words.buffer)
}
const chunks = []
let offset = CONSTANTS
const place = (values) => {
  const at = offset
  for (const value of values) chunks.push(element(value))
  offset += values.length * ELEMENT_BYTES
  return at
}
const one = offset
chunks.push(Buffer.from(new Uint32Array(limbs(1n).map(Number)).buffer))
offset += ELEMENT_BYTES
const enter = offset
chunks.push(Buffer.from(new Uint32Array(limbs(ENTER).map(Number)).buffer))
offset += ELEMENT_BYTES
const transposed = (matrix) => matrix.flatMap((_, j) => matrix.map((row) => row[j]))
const tables = ARITIES.map((arity) => {
  const i = arity - 1
  return {
    arity,
    rounds: PARTIAL_ROUNDS[i],
    c: place(constants.C[i]),
    m: place(transposed(constants.M[i])),
    p: place(transposed(constants.P[i])),
    s: place(constants.S[i]),
  }
})
const BUFFER = (offset + 63) & ~63

const permutation = `
const W: usize = ${ELEMENT_BYTES}
const STATE: usize = ${SCRATCH}
const NEXT: usize = ${SCRATCH + 512}
const COLUMNS: usize = ${SCRATCH + 1024}
const TEMP: usize = ${SCRATCH + 1280}

@inline function add(a: usize, b: usize): void {
  for (let i: usize = 0; i < W; i += 4) store<u32>(a + i, load<u32>(a + i) + load<u32>(b + i))
}
@inline function power5(a: usize): void {
  square(a, TEMP)
  square(TEMP, TEMP)
  mul(a, TEMP, a)
}
/** Sum of t products of the state with a row; carried every three products so that no column overflows. */
function dot(t: usize, row: usize, out: usize): void {
  columnsSet(STATE, row)
  for (let j: usize = 1; j < t; j++) {
    if (j % 3 == 0) columnsCarry()
    columnsAdd(STATE + j * W, row + j * W)
  }
  columnsReduce(out)
}
function mix(t: usize, matrix: usize): void {
  for (let i: usize = 0; i < t; i++) dot(t, matrix + i * t * W, NEXT + i * W)
  memory.copy(STATE, NEXT, t * W)
}
function fullRound(t: usize, c: usize, matrix: usize): void {
  for (let i: usize = 0; i < t; i++) {
    power5(STATE + i * W)
    add(STATE + i * W, c + i * W)
  }
  mix(t, matrix)
}
function permute(t: usize, partial: usize, c: usize, m: usize, p: usize, s: usize): void {
  for (let i: usize = 0; i < t; i++) add(STATE + i * W, c + i * W)
  c += t * W
  for (let r = 0; r < 4; r++) {
    fullRound(t, c, r < 3 ? m : p)
    c += t * W
  }
  for (let r: usize = 0; r < partial; r++) {
    power5(STATE)
    add(STATE, c)
    c += W
    dot(t, s, NEXT)
    s += t * W
    for (let j: usize = 1; j < t; j++) {
      mulAdd(STATE, s, STATE + j * W, STATE + j * W)
      s += W
    }
    memory.copy(STATE, NEXT, W)
  }
  for (let r = 0; r < 3; r++) {
    fullRound(t, c, m)
    c += t * W
  }
  for (let i: usize = 0; i < t; i++) power5(STATE + i * W)
  mix(t, m)
}
/** Hashes \`arity\` canonical elements at \`from\` to one at \`to\`, 32 big-endian bytes each. */
export function hash(arity: usize, from: usize, to: usize): void {
  memory.fill(STATE, 0, W)
  for (let i: usize = 1; i <= arity; i++) {
    unpack(from, TEMP)
    mul(TEMP, ${enter}, STATE + i * W)
    from += 32
  }
${tables.map((t) => `  if (arity == ${t.arity}) permute(${t.arity + 1}, ${t.rounds}, ${t.c}, ${t.m}, ${t.p}, ${t.s})`).join('\n')}
  mul(STATE, ${one}, TEMP)
  pack(TEMP, to)
}
`

const compiled = {}
const { error, stderr } = await asc.main(
  [
    'poseidon.ts',
    '-O3',
    '--runtime',
    'stub',
    '--noAssert',
    '--initialMemory',
    '16',
    '--outFile',
    'poseidon.wasm',
  ],
  {
    readFile: (name) => (name === 'poseidon.ts' ? arithmetic + permutation : null),
    writeFile: (name, contents) => {
      compiled[name] = contents
    },
    listFiles: () => [],
  },
)
if (error) throw new Error(`${error.message}\n${stderr}`)

const base64 = (bytes) => Buffer.from(bytes).toString('base64')
const output = `// Generated by .ci/generate/poseidon-wasm.mjs. Do not edit.
/** The module; it exports hash(arity, from, to) and its memory. */
export const MODULE = '${base64(compiled['poseidon.wasm'])}'
/** Round constants and matrices, to be copied to CONSTANTS_AT. */
export const CONSTANTS = '${base64(Buffer.concat(chunks))}'
export const CONSTANTS_AT = ${CONSTANTS}
/** Where the caller's memory begins. */
export const BUFFER_AT = ${BUFFER}
/** How many inputs it can hash. */
export const ARITIES: readonly number[] = [${ARITIES.join(', ')}]
`
const path = fileURLToPath(new URL('src/crypto/generated/poseidon-wasm.ts', root))
let current = ''
try {
  current = readFileSync(path, 'utf8')
} catch {}
if (current !== output) writeFileSync(path, output)
