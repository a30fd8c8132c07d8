import { bn254 } from '@noble/curves/bn254.js'
import { R } from '../crypto/field.ts'
import type { KeyHeader } from './key.ts'
import { G1, G2, type Point1, type Point2 } from './multi-sum.ts'
import type { JsonPoint1, JsonPoint2 } from './zkey.ts'

/** A proof in snarkjs's JSON. */
export interface Groth16Proof {
  pi_a: JsonPoint1
  pi_b: JsonPoint2
  pi_c: JsonPoint1
  protocol: 'groth16'
  curve: 'bn128'
}

/** The sums of the key's points times the witness, and times the quotient. */
export interface ProofSums {
  a: Point1
  b1: Point1
  b2: Point2
  c: Point1
  h: Point1
}

const Fr = bn254.fields.Fr
const RANDOM_BYTES = 48

/** A number below r and not 0, from the system's generator for secrets; 48 bytes leave a bias below 2^-128. */
export function randomScalar(): bigint {
  for (;;) {
    const bytes = crypto.getRandomValues(new Uint8Array(RANDOM_BYTES))
    const value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n) % R
    if (value !== 0n) return value
  }
}

/**
 * The proof from its sums (Groth, EUROCRYPT 2016, section 3.2): A = alpha + a + r delta, B = beta + b + s delta,
 * C = c + h + s A + r B - r s delta.
 * @param r s blind the proof: secret, and never used twice
 */
export function blindedProof(header: KeyHeader, sums: ProofSums, r: bigint, s: bigint): Groth16Proof {
  const { verificationKey: vk } = header
  const [delta1, delta2] = [point1(header.delta1), point2(vk.vk_delta_2)]
  const a = point1(vk.vk_alpha_1).add(sums.a).add(delta1.multiply(r))
  const b1 = point1(header.beta1).add(sums.b1).add(delta1.multiply(s))
  const b2 = point2(vk.vk_beta_2).add(sums.b2).add(delta2.multiply(s))
  const c = sums.c
    .add(sums.h)
    .add(a.multiply(s))
    .add(b1.multiply(r))
    .subtract(delta1.multiply(Fr.mul(r, s)))
  return { pi_a: json1(a), pi_b: json2(b2), pi_c: json1(c), protocol: 'groth16', curve: 'bn128' }
}

function point1([x, y]: JsonPoint1): Point1 {
  return G1.fromAffine({ x: BigInt(x), y: BigInt(y) })
}

function point2([x, y]: JsonPoint2): Point2 {
  const pair = ([c0, c1]: [string, string]) => ({ c0: BigInt(c0), c1: BigInt(c1) })
  return G2.fromAffine({ x: pair(x), y: pair(y) })
}

function json1(point: Point1): JsonPoint1 {
  const { x, y } = point.toAffine()
  return [String(x), String(y), '1']
}

function json2(point: Point2): JsonPoint2 {
  const { x, y } = point.toAffine()
  return [
    [String(x.c0), String(x.c1)],
    [String(y.c0), String(y.c1)],
    ['1', '0'],
  ]
}
