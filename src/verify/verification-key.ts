import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes } from '../codec/bytes.ts'
import { DEVELOPMENT_SECRETS } from './development-key.ts'
import { G1, G2, type Point1, type Point2, parsePoint1, parsePoint2 } from './points.ts'

/** A Groth16 verification key. All its points are on the curve, in the subgroup and not infinity. */
export interface VerificationKey {
  publicSignals: number
  alpha1: Point1
  beta2: Point2
  gamma2: Point2
  delta2: Point2
  /** One point more than there are public signals. */
  ic: Point1[]
}

/** Maximum number of public signals of a key. */
const MAX_PUBLIC = 64

/**
 * Parses a verification key in snarkjs's format. Ignores `vk_alphabeta_12`, which follows from the other points.
 * @returns undefined unless every point is canonical, on the curve, in the prime-order subgroup and not infinity
 */
export function parseVerificationKey(json: unknown): VerificationKey | undefined {
  if (typeof json !== 'object' || json === null) return undefined
  const { protocol, curve, nPublic, IC, ...vk } = json as Record<string, unknown>
  if (protocol !== 'groth16' || curve !== 'bn128') return undefined
  if (!Number.isInteger(nPublic) || (nPublic as number) < 0 || (nPublic as number) > MAX_PUBLIC)
    return undefined
  if (!Array.isArray(IC) || IC.length !== (nPublic as number) + 1) return undefined
  const alpha1 = parsePoint1(vk.vk_alpha_1)
  const [beta2, gamma2, delta2] = [vk.vk_beta_2, vk.vk_gamma_2, vk.vk_delta_2].map(parsePoint2)
  const ic = IC.map(parsePoint1).filter((point) => point !== undefined)
  if (!alpha1 || !beta2 || !gamma2 || !delta2 || ic.length !== IC.length) return undefined
  return { publicSignals: nPublic as number, alpha1, beta2, gamma2, delta2, ic }
}

/**
 * vkHash: SHA-256 of the number of public signals (u32), alpha1, beta2, gamma2, delta2 and the points of IC, in EIP-197's
 * encoding: coordinates of 32 big-endian bytes, x before y, in G2 the imaginary part before the real one. 64 hex digits.
 * PROTOCOL.md, "Verification keys".
 */
export function vkHash(key: VerificationKey): string {
  return bytesToHex(sha256(vkBytes(key)))
}

/** The bytes that vkHash is the hash of. */
export function vkBytes({ publicSignals, alpha1, beta2, gamma2, delta2, ic }: VerificationKey): Uint8Array {
  const count = new Uint8Array(4)
  new DataView(count.buffer).setUint32(0, publicSignals)
  const points = [alpha1, beta2, gamma2, delta2, ...ic]
  return concatBytes(count, ...points.map(({ bytes }) => bytes))
}

/** Whether the trusted setup of a key had a phase 2. Without one, delta equals gamma or the generator, and anyone can forge proofs. */
export function hasPhase2({ gamma2, delta2 }: VerificationKey): boolean {
  return !delta2.point.equals(gamma2.point) && !delta2.point.equals(G2.BASE)
}

let developmentPoints: { alpha1: Point1['point']; g2: Point2['point'][] } | undefined

/** Whether any point of a key is that of a development key, whose secrets are public. Does not rely on how the key is labeled. */
export function isDevelopmentKey({ alpha1, beta2, gamma2, delta2 }: VerificationKey): boolean {
  const { alpha, beta, gamma, delta } = DEVELOPMENT_SECRETS
  developmentPoints ??= {
    alpha1: G1.BASE.multiply(alpha),
    g2: [beta, gamma, delta].map((secret) => G2.BASE.multiply(secret)),
  }
  const { g2 } = developmentPoints
  return (
    alpha1.point.equals(developmentPoints.alpha1) ||
    [beta2, gamma2, delta2].some(({ point }) => g2.some((known) => known.equals(point)))
  )
}

/** The reason why proofs under a key prove nothing; null if its trusted setup had a phase 2 and its secrets are not those of development keys. */
export type KeyFault = 'DEVELOPMENT_KEY' | 'NO_PHASE_TWO' | null

/** Checks a key for production. It cannot check that at least one participant of the trusted setup destroyed their secret. */
export function checkProductionKey(key: VerificationKey): KeyFault {
  if (isDevelopmentKey(key)) return 'DEVELOPMENT_KEY'
  return hasPhase2(key) ? null : 'NO_PHASE_TWO'
}
