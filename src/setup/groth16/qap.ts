import { FIELD_BYTES, R } from '../../crypto/field.ts'
import type { Bn254 } from './bn254.ts'
import { inverse, modPower } from './modular.ts'
import type { R1cs } from './r1cs.ts'

/** Numbers of the matrices of a rank-1 constraint system in a .zkey, which does not contain C. */
const MATRIX_A = 0
const MATRIX_B = 1
const COEFFICIENT_BYTES = 12 + FIELD_BYTES

/** The QAP of a circuit evaluated at a known point: canonical scalars in WebAssembly memory, one per wire. */
export interface EvaluatedQap {
  u: number
  v: number
  w: number
  /** The domain has 2^domainPower rows: enough for the constraints, the public signals and the constant 1. */
  domainPower: number
  /** The coefficients of A and B in the format of section 4 of a .zkey, without the leading count. */
  coefficients: Uint8Array
}

/** Constraints between two reports of progress. */
const REPORT_EVERY = 4_096

/** The smallest domain of a circuit: one row per constraint, one per public signal, and one for the constant 1. */
function domainPowerOf({ constraints, publicSignals }: R1cs): number {
  return Math.ceil(Math.log2(constraints + publicSignals + 1))
}

/**
 * Evaluates the polynomials u_i, v_i, w_i of every wire at tau (Groth 2016, section 2.3). As in snarkjs, each public signal
 * has its own row in A, which makes its polynomial independent of all others.
 * @param onProgress a fraction from 0 to 1
 */
export function evaluateQap(
  bn254: Bn254,
  r1cs: R1cs,
  tau: bigint,
  onProgress: (fraction: number) => void,
): EvaluatedQap {
  const { frm_add: add, frm_mul: multiply } = bn254.exports
  const domainPower = domainPowerOf(r1cs)
  const lagrange = lagrangeAt(bn254, tau, { count: 2 ** domainPower, first: 1n, power: domainPower })
  const [u, v, w] = [0, 1, 2].map(() => bn254.alloc(r1cs.wires * FIELD_BYTES)) as [number, number, number]
  const product = bn254.alloc(FIELD_BYTES)
  // A .zkey holds coefficients times 2^512; a Montgomery product drops 2^256.
  const shifted = bn254.plain(2n ** 768n % R)
  const one = bn254.plain(1n)
  const body = bn254.alloc(r1cs.body.length)
  const memory = bn254.bytes
  memory.set(r1cs.body, body)
  const view = new DataView(memory.buffer)

  const end = body + r1cs.body.length
  const coefficients = new Uint8Array(countTerms(view, body, r1cs) * COEFFICIENT_BYTES)
  const listed = new DataView(coefficients.buffer)
  let next = 0
  const list = (matrix: number, row: number, wire: number, coefficient: number) => {
    listed.setUint32(next, matrix, true)
    listed.setUint32(next + 4, row, true)
    listed.setUint32(next + 8, wire, true)
    multiply(coefficient, shifted, product)
    coefficients.set(memory.subarray(product, product + FIELD_BYTES), next + 12)
    next += COEFFICIENT_BYTES
  }

  let at = body
  for (let row = 0; row < r1cs.constraints; row++) {
    if (row % REPORT_EVERY === 0) onProgress(row / r1cs.constraints)
    const rowValue = lagrange + row * FIELD_BYTES
    for (const [matrix, sums] of [u, v, w].entries()) {
      const terms = view.getUint32(at, true)
      at += 4
      for (let i = 0; i < terms; i++) {
        const wire = view.getUint32(at, true)
        const coefficient = at + 4
        const sum = sums + wire * FIELD_BYTES
        multiply(coefficient, rowValue, product)
        add(sum, product, sum)
        if (matrix <= MATRIX_B) list(matrix, row, wire, coefficient)
        at = coefficient + FIELD_BYTES
      }
    }
  }
  if (at !== end) throw new Error('the .r1cs file has bytes behind its constraints')
  for (let wire = 0; wire <= r1cs.publicSignals; wire++) {
    const row = r1cs.constraints + wire
    const sum = u + wire * FIELD_BYTES
    multiply(one, lagrange + row * FIELD_BYTES, product)
    add(sum, product, sum)
    list(MATRIX_A, row, wire, one)
  }
  return { u, v, w, domainPower, coefficients }
}

/**
 * Scalars of the H section: the Lagrange basis of the doubled domain at its odd points, evaluated at tau, divided by delta. The even points need
 * no scalars, because A * B - C of a satisfied circuit is 0 there.
 */
export function evaluateH(bn254: Bn254, domainPower: number, tau: bigint, overDelta: number): number {
  const count = 2 ** domainPower
  const odd = lagrangeAt(bn254, tau, { count, first: bn254.root(domainPower + 1), power: domainPower + 1 })
  for (let i = 0; i < count; i++) {
    bn254.exports.frm_mul(odd + i * FIELD_BYTES, overDelta, odd + i * FIELD_BYTES)
  }
  return odd
}

/**
 * Lagrange polynomials of the domain of size N = 2^power evaluated at tau, in Montgomery form, for `count` points x = first * root^i, where root
 * generates the subgroup of order `count`: L_x(tau) = (tau^N - 1) / N * x / (tau - x).
 */
function lagrangeAt(
  bn254: Bn254,
  tau: bigint,
  { count, first, power }: { count: number; first: bigint; power: number },
): number {
  const { frm_mul: multiply, frm_sub: subtract, frm_batchInverse: batchInverse } = bn254.exports
  const size = 2 ** power
  const values = bn254.alloc(count * FIELD_BYTES)
  const points = bn254.alloc(count * FIELD_BYTES)
  const tauAt = bn254.montgomery(tau)
  const step = bn254.montgomery(bn254.root(Math.log2(count)))
  const start = bn254.montgomery(first)
  const scale = bn254.montgomery(((modPower(tau, BigInt(size)) - 1n + R) * inverse(BigInt(size))) % R)
  bn254.scratch(count * FIELD_BYTES)
  bn254.bytes.copyWithin(points, start, start + FIELD_BYTES)
  for (let i = 0; i < count; i++) {
    const point = points + i * FIELD_BYTES
    if (i > 0) multiply(point - FIELD_BYTES, step, point)
    subtract(tauAt, point, values + i * FIELD_BYTES)
  }
  batchInverse(values, FIELD_BYTES, count, values, FIELD_BYTES)
  for (let i = 0; i < count; i++) {
    const value = values + i * FIELD_BYTES
    multiply(value, points + i * FIELD_BYTES, value)
    multiply(value, scale, value)
  }
  return values
}

/** Number of terms of A and B, plus one for each public signal and for the constant. */
function countTerms(view: DataView, body: number, { constraints, publicSignals }: R1cs): number {
  let count = publicSignals + 1
  let at = body
  for (let row = 0; row < constraints; row++) {
    for (let matrix = 0; matrix < 3; matrix++) {
      const terms = view.getUint32(at, true)
      if (matrix <= MATRIX_B) count += terms
      at += 4 + terms * (4 + FIELD_BYTES)
    }
  }
  return count
}
