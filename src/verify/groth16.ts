import { buildBn128 } from 'ffjavascript'
import * as snarkjs from 'snarkjs'
import { R } from '../crypto/field.ts'
import { parseDecimal, parsePoint1, parsePoint2 } from './points.ts'
import { hasSecondPhase, parseVerificationKey, vkHash } from './verification-key.ts'

/** Why a proof was not accepted; null if it was. */
export type ProofFault =
  | 'BAD_VERIFICATION_KEY'
  | 'WRONG_VERIFICATION_KEY'
  | 'NO_SECOND_PHASE'
  | 'BAD_SIGNALS'
  | 'BAD_POINTS'
  | 'BAD_PROOF'
  | null

/** What is to be verified, as snarkjs writes it; nothing of it is trusted. */
export interface Groth16Claim {
  verificationKey: unknown
  publicSignals: unknown
  proof: unknown
}

/**
 * Verifies a Groth16 proof over BN254, for Node and browsers. snarkjs 0.7.6 alone accepts too much: a list of signals cut short,
 * and keys without a second phase. PROTOCOL.md, "Batch proofs".
 *
 * Accepts a proof only if the key's hash is `pinned`, the key's points are sound and delta is neither gamma nor the generator, there are
 * exactly as many signals as the key has, each canonical decimal and below r, and the proof's points are on the curve, in the
 * subgroup and not infinity. Never identify anything by a proof: proofs can be re-randomised.
 * @param pinned vkHash of the key to verify with, 64 hex digits
 */
export async function verifyGroth16(claim: Groth16Claim, pinned: string): Promise<ProofFault> {
  const key = parseVerificationKey(claim.verificationKey)
  if (key === undefined) return 'BAD_VERIFICATION_KEY'
  if (vkHash(key) !== pinned) return 'WRONG_VERIFICATION_KEY'
  if (!hasSecondPhase(key)) return 'NO_SECOND_PHASE'
  const { publicSignals } = claim
  if (!Array.isArray(publicSignals) || publicSignals.length !== key.publicSignals) return 'BAD_SIGNALS'
  if (!publicSignals.every((signal) => parseDecimal(signal, R) !== undefined)) return 'BAD_SIGNALS'
  const proof = parseProof(claim.proof)
  if (proof === undefined) return 'BAD_POINTS'
  await useOneThread()
  const vk = claim.verificationKey as Parameters<typeof snarkjs.groth16.verify>[0]
  return (await snarkjs.groth16.verify(vk, publicSignals, proof)) ? null : 'BAD_PROOF'
}

/**
 * snarkjs takes its curve from this global, and otherwise starts a thread a core, which would keep a process from ending.
 */
export async function useOneThread(): Promise<void> {
  const cache = globalThis as { curve_bn128?: unknown }
  cache.curve_bn128 ??= await buildBn128(true)
}

function parseProof(json: unknown): snarkjs.Groth16Proof | undefined {
  if (typeof json !== 'object' || json === null) return undefined
  const { pi_a, pi_b, pi_c, protocol, curve } = json as Record<string, unknown>
  if (protocol !== 'groth16' || curve !== 'bn128') return undefined
  if (!parsePoint1(pi_a) || !parsePoint2(pi_b) || !parsePoint1(pi_c)) return undefined
  return { pi_a, pi_b, pi_c, protocol, curve } as snarkjs.Groth16Proof
}
