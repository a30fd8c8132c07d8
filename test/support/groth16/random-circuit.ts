import { R } from '../../../src/crypto/field.ts'
import { littleEndianBytes } from '../../../src/groth16/sections.ts'
import type { Random } from '../simulation/random.ts'

/** A linear combination of wires. */
type Terms = Map<number, bigint>

/** Constraints A w * B w = C w over BN254, as circom writes them into a file, with a way to satisfy them. */
export interface RandomCircuit {
  /** A .r1cs file. */
  r1cs: Uint8Array
  wires: number
  publicSignals: number
  /** A satisfying witness, another each time: 32 little-endian bytes per wire. */
  witness(): Uint8Array
}

/** Values that are more likely than others to be met wrongly. */
const SPECIAL = [0n, 1n, R - 1n, 2n, R - 2n, R >> 1n, (R >> 1n) + 1n, 1n << 128n, (1n << 253n) + 1n]
const MAX_CONSTRAINTS = 40
const MAX_INPUTS = 6

function randomValue(random: Random): bigint {
  if (random.chance(0.4)) return SPECIAL[random.below(SPECIAL.length)]!
  let value = 0n
  for (let i = 0; i < 9; i++) value = (value << 30n) | BigInt(random.below(2 ** 30))
  return value % R
}

/**
 * A circuit of random constraints, each of which makes one more wire. Some wires are in no constraint, and two always stand together: their points
 * in a key are infinite, equal or opposite.
 */
export function randomCircuit(random: Random): RandomCircuit {
  const publicSignals = 1 + random.below(MAX_INPUTS)
  const unused = random.below(3)
  /** Two inputs that always stand together, with equal coefficients or with opposite ones. */
  const twin = 1 + publicSignals + unused
  const isOpposite = random.chance(0.5)
  const inputs = twin + 2 + random.below(MAX_INPUTS)
  const constraints: [Terms, Terms, Terms][] = []
  const count = 1 + random.below(MAX_CONSTRAINTS)
  for (let i = 0; i < count; i++) {
    const known = inputs + i
    const terms = (): Terms => {
      const chosen: Terms = new Map()
      for (let n = random.below(4); n > 0; n--) {
        const wire = random.chance(0.2) ? twin : random.below(known)
        if (wire > publicSignals && wire < twin) continue
        const value = randomValue(random)
        if (wire !== twin && wire !== twin + 1) chosen.set(wire, value)
        else chosen.set(twin, value).set(twin + 1, isOpposite ? (R - value) % R : value)
      }
      return chosen
    }
    constraints.push([terms(), terms(), terms().set(known, 1n)])
  }
  const wires = inputs + count
  return {
    r1cs: r1csFile(constraints, { wires, publicSignals }),
    wires,
    publicSignals,
    witness: () =>
      solved(constraints, [1n, ...Array.from({ length: inputs - 1 }, () => randomValue(random))]),
  }
}

/** Computes the wires after the inputs, one per constraint. */
function solved(constraints: readonly [Terms, Terms, Terms][], values: bigint[]): Uint8Array {
  for (const [a, b, c] of constraints) {
    const [left, right, rest] = [a, b, c].map((terms) =>
      [...terms].reduce((sum, [wire, factor]) => (sum + factor * (values[wire] ?? 0n)) % R, 0n),
    ) as [bigint, bigint, bigint]
    values.push((((left * right - rest) % R) + R) % R)
  }
  const bytes = new Uint8Array(32 * values.length)
  values.forEach((value, i) => {
    bytes.set(littleEndianBytes(value), 32 * i)
  })
  return bytes
}

/** Version 1 of iden3's format, without the map from wires to labels. */
function r1csFile(
  constraints: readonly (readonly Terms[])[],
  { wires, publicSignals }: { wires: number; publicSignals: number },
): Uint8Array {
  const u32 = (value: number) => littleEndianBytes(BigInt(value)).subarray(0, 4)
  const u64 = (value: number) => littleEndianBytes(BigInt(value)).subarray(0, 8)
  const section = (type: number, parts: Uint8Array[]) => {
    const body = Buffer.concat(parts)
    return [u32(type), u64(body.length), body]
  }
  const header = [
    ...[u32(32), littleEndianBytes(R), u32(wires), u32(0), u32(publicSignals)],
    ...[u32(wires - 1 - publicSignals), u64(wires), u32(constraints.length)],
  ]
  const body = constraints.flatMap((combinations) =>
    combinations.flatMap((terms) => [
      u32(terms.size),
      ...[...terms].flatMap(([wire, factor]) => [u32(wire), littleEndianBytes(factor)]),
    ]),
  )
  return new Uint8Array(
    Buffer.concat([Buffer.from('r1cs'), u32(1), u32(2), ...section(1, header), ...section(2, body)]),
  )
}
