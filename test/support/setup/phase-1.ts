import { createHash } from 'node:crypto'
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { ChaCha, type Curve } from 'ffjavascript'
import * as snarkjs from 'snarkjs'
import { Failure } from '../../../src/config/failure.ts'
import { R } from '../../../src/crypto/field.ts'
import { FixedBase, zkeyPointBytes } from '../../../src/groth16/fixed-base.ts'
import { nodeThreads } from '../../../src/groth16/node-threads.ts'
import { littleEndianBytes, readSections } from '../../../src/groth16/sections.ts'
import { inverse, modPower } from '../../../src/setup/groth16/modular.ts'
import { useOneThread } from '../../../src/setup/snarkjs.ts'

type Secrets = Record<'tau' | 'alpha' | 'beta', bigint>

const ITERATIONS_EXP = 10
const MANY = 100_000

/**
 * Makes a whole file of phase 1, which snarkjs verifies: its only contribution is a beacon, so the secrets are known, and what preparing for phase 2 computes
 * for minutes are multiples of the generators. The batch circuits' phase 1 is made by others.
 * @param power of two of the constraints
 * @param beacon 32 bytes in hexadecimal
 */
export async function makePhase1(power: number, beacon: string, out: string): Promise<void> {
  await useOneThread()
  const { curve_bn128: curve } = globalThis as unknown as { curve_bn128: Curve }
  const { newAccumulator, beacon: apply } = snarkjs.powersOfTau as unknown as Record<
    string,
    (...args: unknown[]) => Promise<void>
  >
  const parts = [`${out}.0`, `${out}.1`] as const
  await newAccumulator!(curve, power, parts[0])
  await apply!(...parts, 'beacon', beacon, ITERATIONS_EXP)
  const accumulated = new Uint8Array(readFileSync(parts[1]))
  for (const part of parts) rmSync(part)
  await prepare(accumulated, secretsOf(curve, beacon), { power, out })
}

/** What snarkjs draws for a beacon. */
function secretsOf({ Fr }: Curve, beacon: string): Secrets {
  let hash = Buffer.from(beacon, 'hex')
  for (let i = 0; i < 2 ** ITERATIONS_EXP; i++) hash = createHash('sha256').update(hash).digest()
  const random = new ChaCha(Array.from({ length: 8 }, (_, i) => hash.readUInt32BE(4 * i)))
  const [tau, alpha, beta] = Array.from({ length: 3 }, () => Fr.toObject(Fr.fromRng(random)))
  return { tau: tau!, alpha: alpha!, beta: beta! }
}

/** Adds the sections that a phase 2 needs: the Lagrange polynomials of each power at tau, in G1 and G2, times alpha and times beta. */
async function prepare(
  accumulated: Uint8Array,
  { tau, alpha, beta }: Secrets,
  { power, out }: { power: number; out: string },
): Promise<void> {
  const bad = (why: string) => new Failure('BAD_CEREMONY', why)
  const sections = readSections(accumulated, 'ptau', 1, bad)
  const powers = Array.from({ length: power + 1 }, (_, p) => lagrange(tau, p)).flat()
  const above = lagrange(tau, power + 1)
  // The highest power of tau of this size is in no file of phase 1: snarkjs takes 0 for it.
  const size = above.length
  const missing = (modPower(tau, BigInt(size - 1)) * inverse(BigInt(size))) % R
  const cut = above.map((value, i) => (value + R - ((missing * rootPower(power + 1, i)) % R)) % R)
  const base = await FixedBase.start({
    scalars: 2 * size,
    ...(size < MANY ? {} : { threads: availableParallelism(), spawn: nodeThreads }),
  })
  const file = openSync(out, 'w')
  const u32 = (value: number) => littleEndianBytes(BigInt(value)).subarray(0, 4)
  const write = (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
  }
  const begin = (type: number, bytes: number) => {
    write(u32(type))
    write(littleEndianBytes(BigInt(bytes)).subarray(0, 8))
  }
  const multiples = async (type: number, degree: 1 | 2, values: readonly bigint[]) => {
    begin(type, values.length * zkeyPointBytes(degree))
    const scalars = new Uint8Array(32 * values.length)
    values.forEach((value, i) => {
      scalars.set(littleEndianBytes(value), 32 * i)
    })
    await base.multiply(degree, scalars, write)
  }
  try {
    write(new TextEncoder().encode('ptau'))
    write(u32(1))
    write(u32(11))
    for (const type of [1, 2, 3, 4, 5, 6, 7]) {
      begin(type, sections.get(type)!.length)
      write(sections.get(type)!)
    }
    await multiples(12, 1, [...powers, ...cut])
    await multiples(13, 2, powers)
    for (const [type, factor] of [
      [14, alpha],
      [15, beta],
    ] as const)
      await multiples(
        type,
        1,
        powers.map((value) => (value * factor) % R),
      )
  } finally {
    closeSync(file)
    await base.close()
  }
}

const roots = Array.from({ length: 29 }, (_, power) => modPower(5n, (R - 1n) >> BigInt(power)))
const rootPower = (power: number, i: number) => modPower(roots[power]!, BigInt(i))

/** The Lagrange polynomials of the 2^power roots of unity at tau: (tau^N - 1) / N * x / (tau - x). Inverted together. */
function lagrange(tau: bigint, power: number): bigint[] {
  const size = 2 ** power
  const points = [1n]
  while (points.length < size) points.push((points.at(-1)! * roots[power]!) % R)
  const products = [1n]
  for (const x of points) products.push((products.at(-1)! * ((tau + R - x) % R)) % R)
  let rest = inverse(products.at(-1)!)
  const scale = ((modPower(tau, BigInt(size)) - 1n + R) * inverse(BigInt(size))) % R
  const values: bigint[] = []
  for (let i = size - 1; i >= 0; i--) {
    values[i] = (((((rest * products[i]!) % R) * points[i]!) % R) * scale) % R
    rest = (rest * ((tau + R - points[i]!) % R)) % R
  }
  return values
}
