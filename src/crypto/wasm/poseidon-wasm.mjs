// Writes src/crypto/generated/poseidon-wasm.ts: Poseidon over the BN254 scalar field as WebAssembly, with its constants; and
// poseidon-pairs-wasm.ts: the same text on pairs of elements, for two hashes at once.
//
// Sums of products are kept as columns and reduced once. Limbs are not carried after a round constant is added, so they are
// below 2^30: three products of 9 terms of 59 bits and the reduction's own 9 of 58 bits still fit a column, a fourth would
// not. Values stay below 2^260 through the partial rounds and are brought below r only where they leave. Round structure and
// constants are those of circomlibjs (Poseidon, Grassi et al. 2019, appendix B: sparse matrices in the partial rounds).
import { PAIR_BYTES, pairsSource } from './field-pairs-wasm.mjs'
import {
  BITS,
  base64,
  column,
  compile,
  declare,
  ELEMENT_BYTES,
  ENTER,
  element,
  fieldSource,
  LIMBS,
  layout,
  lines,
  load,
  MASK,
  plain,
  reduce,
  writeGenerated,
} from './field-wasm.mjs'

const { default: constants } = await import(
  new URL('../../../node_modules/circomlibjs/src/poseidon_constants_opt.js', import.meta.url).href
)

/** How many inputs the ledger's hashes take. */
const ARITIES = [2, 3, 4, 5, 8]
/** The state has one element more than the largest hash inputs. */
const MAX_WIDTH = Math.max(...ARITIES) + 1
const PARTIAL_ROUNDS = [56, 57, 56, 60, 60, 63, 64, 63]

const sums = `
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
@inline function add(a: usize, b: usize): void {
  for (let i: usize = 0; i < W; i += 4) store<u32>(a + i, load<u32>(a + i) + load<u32>(b + i))
}
`

// Memory: the compiler's own data first, then scratch, the constants, and the caller's buffer behind them.
const SCRATCH = 1024
const CONSTANTS = 4096
const memory = layout(CONSTANTS)
const one = memory.place([plain(1n)])
const enter = memory.place([plain(ENTER)])
const transposed = (matrix) => matrix.flatMap((_, j) => matrix.map((row) => row[j]))
const tables = ARITIES.map((arity) => {
  const i = arity - 1
  return {
    arity,
    rounds: PARTIAL_ROUNDS[i],
    c: memory.place(constants.C[i].map(element)),
    m: memory.place(transposed(constants.M[i]).map(element)),
    p: memory.place(transposed(constants.P[i]).map(element)),
    s: memory.place(constants.S[i].map(element)),
  }
})
const BUFFER = memory.end()

/** Addresses of the state and of what is computed from it, for elements of so many bytes. */
const scratch = (bytes) => `
const W: usize = ${bytes}
const STATE: usize = ${SCRATCH}
const NEXT: usize = STATE + ${MAX_WIDTH} * W
const COLUMNS: usize = NEXT + ${MAX_WIDTH} * W
const TEMP: usize = COLUMNS + ${(2 * LIMBS - 1) * 16}
`

const permutation = `
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
`

/** Permutes the state of a hash of \`arity\` inputs; `at` tells where the table that is at an address is. */
const permuteFor = (at) => `
@inline function permuteFor(arity: usize): void {
${tables.map((t) => `  if (arity == ${t.arity}) permute(${t.arity + 1}, ${t.rounds}, ${at(t.c)}, ${at(t.m)}, ${at(t.p)}, ${at(t.s)})`).join('\n')}
}
`

const single = `
/** Hashes \`arity\` canonical elements at \`from\` to one at \`to\`, 32 big-endian bytes each. */
export function hash(arity: usize, from: usize, to: usize): void {
  memory.fill(STATE, 0, W)
  for (let i: usize = 1; i <= arity; i++) {
    unpack(from, TEMP)
    mul(TEMP, ${enter}, STATE + i * W)
    from += 32
  }
  permuteFor(arity)
  mul(STATE, ${one}, TEMP)
  pack(TEMP, to)
}
`

/** In the memory of pairs, each word of the constants is there twice. */
const twice = (address) => CONSTANTS + 2 * (address - CONSTANTS)
const PAIRS_BUFFER = twice(BUFFER)

const pairs = `
/** Hashes \`arity\` canonical elements at \`from\`, and as many behind them, to two at \`to\`, 32 big-endian bytes each. */
export function hash(arity: usize, from: usize, to: usize): void {
  memory.fill(STATE, 0, W)
  for (let i: usize = 1; i <= arity; i++) {
    unpack(from, TEMP)
    unpack(from + arity * 32, TEMP + 4)
    mul(TEMP, ${twice(enter)}, STATE + i * W)
    from += 32
  }
  permuteFor(arity)
  mul(STATE, ${twice(one)}, TEMP)
  pack(TEMP, to)
  pack(TEMP + 4, to + 32)
}
`

writeGenerated(
  'poseidon-wasm.ts',
  `// Generated by src/crypto/wasm/poseidon-wasm.mjs. Do not edit.
/** The module; it exports hash(arity, from, to) and its memory. */
export const MODULE = '${base64(await compile(scratch(ELEMENT_BYTES) + fieldSource + sums + permutation + permuteFor((at) => at) + single))}'
/** Round constants and matrices, to be copied to CONSTANTS_AT. */
export const CONSTANTS = '${base64(memory.bytes())}'
export const CONSTANTS_AT = ${CONSTANTS}
/** Where the caller's memory begins. */
export const BUFFER_AT = ${BUFFER}
/** How many inputs it can hash. */
export const ARITIES: readonly number[] = [${ARITIES.join(', ')}]
`,
)

writeGenerated(
  'poseidon-pairs-wasm.ts',
  `// Generated by src/crypto/wasm/poseidon-wasm.mjs. Do not edit.
/** The module; it exports hash(arity, from, to) and its memory. Each word of the constants of poseidon-wasm.ts is twice at CONSTANTS_AT. */
export const MODULE = '${base64(await compile(scratch(PAIR_BYTES) + pairsSource + permutation + permuteFor(twice) + pairs, ['--initialMemory', '16', '--enable', 'simd']))}'
export const CONSTANTS_AT = ${CONSTANTS}
/** Where the caller's memory begins. */
export const BUFFER_AT = ${PAIRS_BUFFER}
`,
)
