import { parseDecimal } from '../codec/decimal.ts'
import { R } from '../crypto/field.ts'
import { isPairingOne } from './pairing.ts'
import { type Point1, type Point2, parsePoint1, parsePoint2 } from './points.ts'
import { hasPhase2, parseVerificationKey, type VerificationKey, vkHash } from './verification-key.ts'

/** Why a proof was not accepted; null if it was. */
export type ProofFault =
  | 'BAD_VERIFICATION_KEY'
  | 'WRONG_VERIFICATION_KEY'
  | 'NO_PHASE_TWO'
  | 'BAD_SIGNALS'
  | 'BAD_POINTS'
  | 'BAD_PROOF'
  | null

/** A proof with its signals and key, in snarkjs's format. Nothing of it is trusted. */
export interface Groth16Claim {
  verificationKey: unknown
  publicSignals: unknown
  proof: unknown
}

/**
 * Verifies a Groth16 proof over BN254 (Groth, EUROCRYPT 2016), in Node and browsers. It does not use snarkjs, because version 0.7.6 accepts
 * truncated lists of signals, and keys without a phase 2. PROTOCOL.md, "Batch proofs".
 *
 * Accepts a proof only if the key's hash is `pinned`, the key's points are sound and delta is neither gamma nor the generator, there are
 * exactly as many signals as the key has, each canonical decimal and below r, and the proof's points are on the curve, in the
 * subgroup and not infinity. Do not use a proof as an identifier: anyone can turn a valid proof into another valid one.
 * @param pinned vkHash of the key to verify with, 64 hex digits
 */
export function verifyGroth16(claim: Groth16Claim, pinned: string): ProofFault {
  const key = parseVerificationKey(claim.verificationKey)
  if (key === undefined) return 'BAD_VERIFICATION_KEY'
  if (vkHash(key) !== pinned) return 'WRONG_VERIFICATION_KEY'
  if (!hasPhase2(key)) return 'NO_PHASE_TWO'
  const signals = parseSignals(claim.publicSignals, key.publicSignals)
  if (signals === undefined) return 'BAD_SIGNALS'
  const proof = parseProof(claim.proof)
  if (proof === undefined) return 'BAD_POINTS'
  return satisfies(key, signals, proof) ? null : 'BAD_PROOF'
}

interface Proof {
  a: Point1
  b: Point2
  c: Point1
}

/** Checks that e(A, B) = e(alpha, beta) e(IC0 + sum of signals times IC, gamma) e(C, delta). */
function satisfies(key: VerificationKey, signals: readonly bigint[], { a, b, c }: Proof): boolean {
  const input = signals.reduce(
    (sum, signal, i) => (signal === 0n ? sum : sum.add(key.ic[i + 1]!.point.multiplyUnsafe(signal))),
    key.ic[0]!.point,
  )
  return isPairingOne([
    [a.point.negate(), b.point],
    [key.alpha1.point, key.beta2.point],
    [input, key.gamma2.point],
    [c.point, key.delta2.point],
  ])
}

function parseSignals(json: unknown, count: number): bigint[] | undefined {
  if (!Array.isArray(json) || json.length !== count) return undefined
  const signals = json.map((signal) => parseDecimal(signal, R)).filter((signal) => signal !== undefined)
  return signals.length === count ? signals : undefined
}

function parseProof(json: unknown): Proof | undefined {
  if (typeof json !== 'object' || json === null) return undefined
  const { pi_a, pi_b, pi_c, protocol, curve } = json as Record<string, unknown>
  if (protocol !== 'groth16' || curve !== 'bn128') return undefined
  const [a, b, c] = [parsePoint1(pi_a), parsePoint2(pi_b), parsePoint1(pi_c)]
  return a && b && c && { a, b, c }
}
