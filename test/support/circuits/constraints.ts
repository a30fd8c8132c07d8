import { R } from '../../../src/crypto/field.ts'
import { readR1cs } from '../../../src/setup/groth16/r1cs.ts'

/** The constraints of a compiled circuit, (A w) * (B w) = C w in each row, against which any witness w can be checked. */
export class Constraints {
  readonly rows: number
  readonly wires: number
  /** Entries of the combinations A, B and C of row i: [starts[3i + k], starts[3i + k + 1]). */
  readonly #starts: Uint32Array
  readonly #wire: Uint32Array
  readonly #coefficient: bigint[]

  private constructor(rows: number, wires: number, starts: Uint32Array, wire: Uint32Array, c: bigint[]) {
    this.rows = rows
    this.wires = wires
    this.#starts = starts
    this.#wire = wire
    this.#coefficient = c
  }

  static read(r1cs: string): Constraints {
    const { constraints, wires, body } = readR1cs(r1cs)
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
    const starts = new Uint32Array(3 * constraints + 1)
    const wire: number[] = []
    const coefficients: bigint[] = []
    /** Coefficients by their bytes. There are few different ones, so each is stored once. */
    const known = new Map<string, bigint>()
    let at = 0
    for (let combination = 0; combination < 3 * constraints; combination++) {
      const entries = view.getUint32(at, true)
      at += 4
      for (let i = 0; i < entries; i++, at += 36) {
        wire.push(view.getUint32(at, true))
        const key = Buffer.from(body.buffer, body.byteOffset + at + 4, 32).toString('latin1')
        let value = known.get(key)
        if (value === undefined) {
          value = 0n
          for (let word = 3; word >= 0; word--)
            value = (value << 64n) | view.getBigUint64(at + 4 + 8 * word, true)
          known.set(key, value)
        }
        coefficients.push(value)
      }
      starts[combination + 1] = wire.length
    }
    return new Constraints(constraints, wires, starts, Uint32Array.from(wire), coefficients)
  }

  /** The rows that a witness does not satisfy. */
  violated(witness: readonly bigint[]): number[] {
    const values = this.#evaluate(witness)
    return Array.from({ length: this.rows }, (_, row) => row).filter((row) => !holds(values, row))
  }

  isSatisfied(witness: readonly bigint[]): boolean {
    for (let row = 0; row < this.rows; row++) {
      const [a, b, c] = [0, 1, 2].map((k) => this.#sum(3 * row + k, witness)) as [bigint, bigint, bigint]
      if ((a * b - c) % R !== 0n) return false
    }
    return true
  }

  /** Number of rows that a wire occurs in. */
  rowsOf(wire: number): number {
    const rows = new Set<number>()
    for (let combination = 0; combination < 3 * this.rows; combination++)
      for (let i = this.#starts[combination]!; i < this.#starts[combination + 1]!; i++)
        if (this.#wire[i] === wire) rows.add(Math.floor(combination / 3))
    return rows.size
  }

  /**
   * Changes one wire at a time by each of `deltas`, in a witness that satisfies all rows.
   * @param onAccepted called for each change that no row rejects
   * @returns the number of changes tried
   */
  sweep(
    witness: readonly bigint[],
    deltas: readonly bigint[],
    onAccepted: (wire: number, delta: bigint) => void,
  ): number {
    const values = this.#evaluate(witness)
    // For each wire: the rows in which it occurs, with its coefficients in A, B and C.
    const uses = Array.from({ length: this.wires }, () => new Map<number, [bigint, bigint, bigint]>())
    for (let combination = 0; combination < 3 * this.rows; combination++) {
      const row = Math.floor(combination / 3)
      for (let i = this.#starts[combination]!; i < this.#starts[combination + 1]!; i++) {
        const rows = uses[this.#wire[i]!]!
        const factors = rows.get(row) ?? [0n, 0n, 0n]
        factors[combination % 3]! += this.#coefficient[i]!
        rows.set(row, factors)
      }
    }
    let tried = 0
    for (let wire = 1; wire < this.wires; wire++) {
      for (const delta of deltas) {
        tried++
        const isRejected = [...uses[wire]!].some(([row, [a, b, c]]) => {
          const left = (values[3 * row]! + a * delta) * (values[3 * row + 1]! + b * delta)
          return (left - values[3 * row + 2]! - c * delta) % R !== 0n
        })
        if (!isRejected) onAccepted(wire, delta)
      }
    }
    return tried
  }

  #evaluate(witness: readonly bigint[]): bigint[] {
    const values: bigint[] = []
    for (let combination = 0; combination < 3 * this.rows; combination++)
      values.push(this.#sum(combination, witness) % R)
    return values
  }

  #sum(combination: number, witness: readonly bigint[]): bigint {
    let sum = 0n
    for (let i = this.#starts[combination]!; i < this.#starts[combination + 1]!; i++)
      sum += witness[this.#wire[i]!]! * this.#coefficient[i]!
    return sum
  }
}

const holds = (values: readonly bigint[], row: number) =>
  (values[3 * row]! * values[3 * row + 1]! - values[3 * row + 2]!) % R === 0n
