import { R } from './field.ts'
import { inverse, type PoseidonParameters } from './poseidon-parameters.ts'

// Partial rounds with sparse matrices: Grassi et al. 2019, eprint 2019/458, appendix B. In a partial round, only the first element passes the S-box,
// so what concerns the others alone may be moved to the rounds before.

type Matrix = readonly (readonly bigint[])[]

/** The rounds of a Poseidon, with constants added behind the S-boxes. */
interface SparseRounds {
  /** Those before the first round, those behind the S-boxes of full rounds, and one for each partial round; in the order of the rounds. */
  constants: bigint[]
  /** The matrix of the last full round before the partial ones. */
  before: Matrix
  /** Of each partial round: the first row of its matrix, then the rest of its first column. Everything else is the identity. */
  sparse: bigint[][]
}

/** Rewrites the rounds of a Poseidon so that a partial round multiplies 2t - 1 times instead of t * t. The hashes stay the same. */
export function sparseRounds(
  { partialRounds, constants, matrix }: PoseidonParameters,
  fullRounds: number,
): SparseRounds {
  const width = matrix.length
  const half = fullRounds / 2
  const ofRound = (round: number) => constants.slice(round * width, (round + 1) * width)
  const inverted = invert(matrix)
  const moved = (round: number) => multiply(inverted, ofRound(round))
  // What is added before a round becomes what is added behind the S-boxes of the round before: all of it, but in partial rounds the first element alone.
  const ofPartial: bigint[] = []
  let added = ofRound(half + partialRounds)
  for (let round = half + partialRounds - 1; round >= half; round--) {
    const [first, ...rest] = multiply(inverted, added)
    ofPartial.unshift(first!)
    added = sum(ofRound(round), [0n, ...rest])
  }
  const { before, sparse } = factors(matrix, partialRounds)
  return {
    constants: [
      ...ofRound(0),
      ...range(1, half).flatMap(moved),
      ...multiply(inverted, added),
      ...ofPartial,
      ...range(half + partialRounds + 1, fullRounds + partialRounds).flatMap(moved),
    ],
    before,
    sparse,
  }
}

/**
 * The matrix of each partial round as a sparse one after one that leaves the first element alone; the latter is moved to the round before.
 */
function factors(matrix: Matrix, partialRounds: number): Pick<SparseRounds, 'before' | 'sparse'> {
  const sparse: bigint[][] = []
  let current = matrix
  for (let round = 0; round < partialRounds; round++) {
    const [top, ...rest] = current
    const minor = rest.map((row) => row.slice(1))
    sparse.unshift([top![0]!, ...rowTimes(top!.slice(1), invert(minor)), ...rest.map((row) => row[0]!)])
    current = [matrix[0]!, ...product(minor, matrix.slice(1))]
  }
  return { before: current, sparse }
}

/** The inverse of a matrix, by Gauss and Jordan. The minors of these Cauchy matrices have one. */
function invert(matrix: Matrix): Matrix {
  const size = matrix.length
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1n : 0n))])
  for (let column = 0; column < size; column++) {
    const pivot = rows.findIndex((row, i) => i >= column && row[column] !== 0n)
    ;[rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!]
    const factor = inverse(rows[column]![column]!)
    const scaled = rows[column]!.map((value) => (value * factor) % R)
    rows[column] = scaled
    rows.forEach((row, i) => {
      const times = row[column]!
      if (i !== column && times !== 0n) rows[i] = row.map((value, j) => modulo(value - times * scaled[j]!))
    })
  }
  return rows.map((row) => row.slice(size))
}

const range = (from: number, end: number) => Array.from({ length: end - from }, (_, i) => from + i)
const modulo = (value: bigint): bigint => ((value % R) + R) % R
const sum = (a: readonly bigint[], b: readonly bigint[]) => a.map((value, i) => (value + b[i]!) % R)
const multiply = (matrix: Matrix, vector: readonly bigint[]) =>
  matrix.map((row) => row.reduce((total, value, j) => total + value * vector[j]!, 0n) % R)
const rowTimes = (row: readonly bigint[], matrix: Matrix) =>
  row.map((_, j) => row.reduce((total, value, i) => total + value * matrix[i]![j]!, 0n) % R)
const product = (a: Matrix, b: Matrix) =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((total, value, i) => total + value * b[i]![j]!, 0n) % R))
