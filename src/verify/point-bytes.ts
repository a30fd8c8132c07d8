import { bytesToHex, concatBytes } from '../codec/bytes.ts'
import { DecodeError } from '../codec/error.ts'
import { parsePoint1, parsePoint2 } from './points.ts'
import { parseVerificationKey, vkBytes } from './verification-key.ts'

/** Bytes of an encoded coordinate, of a point of G1 and of one of G2: EIP-197. */
const COORDINATE = 32
const G1_BYTES = 2 * COORDINATE
const G2_BYTES = 4 * COORDINATE
/** Bytes of an encoded proof: A, B and C. */
export const PROOF_BYTES = 2 * G1_BYTES + G2_BYTES
/** Bytes before the points of IC in an encoded verification key. */
const KEY_HEAD_BYTES = 4 + G1_BYTES + 3 * G2_BYTES

/**
 * A proof in EIP-197's encoding: A, B, C; coordinates of 32 big-endian bytes, x before y, in G2 the imaginary part before the real one. All proofs
 * have this size, whereas numbers in decimal have more or fewer digits.
 * @param json in snarkjs's format
 * @throws DecodeError `MALFORMED` if a point is not on the curve, in the subgroup, finite and canonical
 */
export function proofToBytes(json: unknown): Uint8Array {
  const { pi_a, pi_b, pi_c } = (json ?? {}) as Record<string, unknown>
  const [a, b, c] = [parsePoint1(pi_a), parsePoint2(pi_b), parsePoint1(pi_c)]
  if (!a || !b || !c) throw new DecodeError('MALFORMED', 'a point of the proof is not valid')
  return concatBytes(a.bytes, b.bytes, c.bytes)
}

/**
 * The proof that `proofToBytes` encodes, in snarkjs's format. Its points are not checked: `verifyGroth16` does that.
 * @throws RangeError if it has not PROOF_BYTES
 */
export function proofFromBytes(bytes: Uint8Array) {
  if (bytes.length !== PROOF_BYTES) throw new RangeError(`a proof has ${PROOF_BYTES} bytes`)
  return {
    pi_a: point1(bytes, 0),
    pi_b: point2(bytes, G1_BYTES),
    pi_c: point1(bytes, G1_BYTES + G2_BYTES),
    protocol: 'groth16',
    curve: 'bn128',
  }
}

/** The bytes whose SHA-256 is the vkHash of a verification key in snarkjs's format; undefined if a point of it is not valid. */
export function keyToBytes(json: unknown): Uint8Array | undefined {
  const key = parseVerificationKey(json)
  return key && vkBytes(key)
}

/**
 * The verification key that `keyToBytes` encodes, in snarkjs's format. Its points are not checked.
 * @returns undefined if the bytes are not of the length that their number of signals takes
 */
export function keyFromBytes(bytes: Uint8Array): unknown {
  if (bytes.length < KEY_HEAD_BYTES) return undefined
  const nPublic = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  if (bytes.length !== KEY_HEAD_BYTES + (nPublic + 1) * G1_BYTES) return undefined
  const [beta, gamma, delta] = [0, 1, 2].map((i) => point2(bytes, 4 + G1_BYTES + i * G2_BYTES))
  return {
    protocol: 'groth16',
    curve: 'bn128',
    nPublic,
    vk_alpha_1: point1(bytes, 4),
    vk_beta_2: beta,
    vk_gamma_2: gamma,
    vk_delta_2: delta,
    IC: Array.from({ length: nPublic + 1 }, (_, i) => point1(bytes, KEY_HEAD_BYTES + i * G1_BYTES)),
  }
}

const coordinate = (bytes: Uint8Array, at: number): string =>
  String(BigInt(`0x${bytesToHex(bytes.subarray(at, at + COORDINATE))}`))

const point1 = (bytes: Uint8Array, at: number): string[] => [
  coordinate(bytes, at),
  coordinate(bytes, at + COORDINATE),
  '1',
]

/** EIP-197 has the imaginary part first, snarkjs the real one. */
function point2(bytes: Uint8Array, at: number): string[][] {
  const [x1, x0, y1, y0] = [0, 1, 2, 3].map((i) => coordinate(bytes, at + i * COORDINATE))
  return [
    [x0!, x1!],
    [y0!, y1!],
    ['1', '0'],
  ]
}
