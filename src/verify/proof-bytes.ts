import { concatBytes } from '../codec/bytes.ts'
import { DecodeError } from '../codec/error.ts'
import { parsePoint1, parsePoint2 } from './points.ts'

/** Bytes of a proof: 2 points of G1 and one of G2. */
export const PROOF_BYTES = 256
const COORDINATE_BYTES = 32

/**
 * A proof in EIP-197's encoding: A, B, C; coordinates of 32 big-endian bytes, x before y, in G2 the imaginary part before the real one. All proofs
 * have this size, whereas numbers in decimal have more or fewer digits.
 * @param proof in snarkjs's format
 * @throws DecodeError `MALFORMED` if a point is not on the curve, in the subgroup, finite and canonical
 */
export function proofToBytes(proof: unknown): Uint8Array {
  const { pi_a, pi_b, pi_c } = proof as Record<string, unknown>
  const [a, b, c] = [parsePoint1(pi_a), parsePoint2(pi_b), parsePoint1(pi_c)]
  if (!a || !b || !c) throw new DecodeError('MALFORMED', 'a point of the proof is not valid')
  return concatBytes(a.bytes, b.bytes, c.bytes)
}

/**
 * A proof in snarkjs's format. Its points are not checked.
 * @throws RangeError if it has not PROOF_BYTES
 */
export function proofFromBytes(bytes: Uint8Array): object {
  if (bytes.length !== PROOF_BYTES) throw new RangeError(`a proof has ${PROOF_BYTES} bytes`)
  const [ax, ay, bx1, bx0, by1, by0, cx, cy] = Array.from(
    { length: PROOF_BYTES / COORDINATE_BYTES },
    (_, i) => coordinateAt(bytes, i * COORDINATE_BYTES),
  )
  return {
    pi_a: [ax, ay, '1'],
    pi_b: [
      [bx0, bx1],
      [by0, by1],
      ['1', '0'],
    ],
    pi_c: [cx, cy, '1'],
    protocol: 'groth16',
    curve: 'bn128',
  }
}

function coordinateAt(bytes: Uint8Array, at: number): string {
  let value = 0n
  for (const byte of bytes.subarray(at, at + COORDINATE_BYTES)) value = (value << 8n) | BigInt(byte)
  return String(value)
}
