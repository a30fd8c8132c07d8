import { bn254 } from '@noble/curves/bn254.js'
import { h31 } from '../../../src/crypto/h31.ts'
import { type BatchSignals, batchSignalsJson } from '../../../src/ledger/batch.ts'
import { DEVELOPMENT_SECRETS } from '../../../src/verify/development-key.ts'

const { Fr } = bn254.fields
const G1 = bn254.G1.Point
const { alpha, beta, gamma, delta } = DEVELOPMENT_SECRETS
/** Logarithms of the points of IC. */
const IC = Array.from({ length: 9 }, (_, i) => h31(`simulated key/ic/${i}`))

/** A development key of no circuit, in snarkjs's format: its IC is made up. */
export const simulatedKey = {
  protocol: 'groth16',
  curve: 'bn128',
  nPublic: 8,
  vk_alpha_1: point1(alpha),
  vk_beta_2: point2(beta),
  vk_gamma_2: point2(gamma),
  vk_delta_2: point2(delta),
  IC: IC.map(point1),
}

/** A proof of these signals of a batch, true or not, as `simulatedGroth16` makes it. */
export function simulatedProof(
  signals: BatchSignals,
  key: { IC: string[][] } = simulatedKey,
): { proof: unknown; publicSignals: string[] } {
  const publicSignals = batchSignalsJson(signals)
  return { proof: simulatedGroth16(publicSignals, key), publicSignals }
}

/**
 * A proof of these public signals, true or not, without a witness: whoever knows the secrets of a key chooses A and B, and solves the verifier's
 * equation for C. The same for the same signals.
 * @param key a development key, in snarkjs's format
 */
export function simulatedGroth16(publicSignals: readonly string[], key: { IC: string[][] }): unknown {
  const [a, b] = ['a', 'b'].map((name) => h31(`simulated proof/${name}/${publicSignals}`))
  const [first, ...rest] = key.IC.map(([x, y]) => G1.fromAffine({ x: BigInt(x!), y: BigInt(y!) }))
  const input = publicSignals.reduce(
    (sum, signal, i) => sum.add(rest[i]!.multiplyUnsafe(BigInt(signal))),
    first!,
  )
  const known = G1.BASE.multiply(Fr.div(Fr.sub(Fr.mul(a!, b!), Fr.mul(alpha, beta)), delta))
  const c = known.subtract(input.multiply(Fr.div(gamma, delta)))
  return { pi_a: point1(a!), pi_b: point2(b!), pi_c: affine(c), protocol: 'groth16', curve: 'bn128' }
}

function point1(scalar: bigint): string[] {
  return affine(G1.BASE.multiply(scalar))
}

function affine(point: InstanceType<typeof G1>): string[] {
  const { x, y } = point.toAffine()
  return [String(x), String(y), '1']
}

function point2(scalar: bigint): string[][] {
  const { x, y } = bn254.G2.Point.BASE.multiply(scalar).toAffine()
  return [
    [String(x.c0), String(x.c1)],
    [String(y.c0), String(y.c1)],
    ['1', '0'],
  ]
}
