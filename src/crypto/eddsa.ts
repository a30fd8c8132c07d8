import { babyjubjub } from '@noble/curves/misc.js'
import { blake512 } from '@noble/hashes/blake1.js'
import { concatBytes } from '../codec/bytes.ts'
import { DecodeError } from '../codec/error.ts'
import { type AffinePoint, isCombination } from './babyjubjub-wasm.ts'
import { BoundedCache } from './bounded-cache.ts'
import { FIELD_BYTES, fieldFromBytes, fieldToBytes, isField, R, readField } from './field.ts'
import { hashAll, type Poseidon } from './poseidon.ts'

/**
 * EdDSA-Poseidon on BabyJubJub (EIP-2494), the signature that circomlib's EdDSAPoseidonVerifier checks:
 * S * B8 = R8 + Poseidon(R8, A, M) * 8A, where B8 generates the prime-order subgroup. R8 needs no subgroup check: A is
 * checked to be in the subgroup, so the equation can only hold if R8 is in it too.
 */
const { Point } = babyjubjub
const { a: CURVE_A, d: CURVE_D } = Point.CURVE()
/** Order of the prime-order subgroup. */
export const SUBGROUP_ORDER = Point.Fn.ORDER
/** Ax || Ay. */
const EDDSA_KEY_BYTES = 64
/** R8x || R8y || S. */
const EDDSA_SIGNATURE_BYTES = 96

const IDENTITY: AffinePoint = { x: 0n, y: 1n }

/** A public key: a point on the curve, in the prime-order subgroup, not the identity. */
export type EddsaKey = AffinePoint

/** Multiplies B8 by numbers below the subgroup's order and above 0. */
export type MultiplyBase = (scalars: readonly bigint[]) => AffinePoint[]

/** By noble-curves: needs no WebAssembly, so browsers may use it; takes some ten times as long as `multiplyBaseWasm`. */
export const multiplyBaseNoble: MultiplyBase = (scalars) =>
  scalars.map((scalar) => Point.BASE.multiply(scalar).toAffine())

/** A decoded signature. */
export interface EddsaSignature {
  r8: AffinePoint
  s: bigint
}

/** Decoded keys. The subgroup check costs as much as a signature check, so recently seen keys are cached. */
const keys = new BoundedCache<EddsaKey>(65_536)
/** Expanded secrets by seed. Signing needs the public key, and deriving it costs as much as the rest of a signature. */
const secrets = new BoundedCache<{ scalar: bigint; prefix: Uint8Array; key: EddsaKey }>(4_096)

/**
 * Decodes a public key.
 * @throws DecodeError `MALFORMED` if the length is wrong or the point is off the curve, outside the prime-order
 * subgroup or the identity; `NOT_CANONICAL` if a coordinate is not below the field order
 */
export function decodeEddsaKey(bytes: Uint8Array): EddsaKey {
  if (bytes.length !== EDDSA_KEY_BYTES) throw new DecodeError('MALFORMED', 'an eddsa key has 64 bytes')
  return keys.get(bytes, () => {
    const x = fieldFromBytes(bytes.subarray(0, FIELD_BYTES))
    const y = fieldFromBytes(bytes.subarray(FIELD_BYTES))
    const point = { x, y }
    if (!isOnCurve(point)) throw new DecodeError('MALFORMED', 'eddsa key is not on the curve')
    // x = 0 is the identity and the point of order 2.
    if (x === 0n || !isCombination(IDENTITY, 0n, SUBGROUP_ORDER, point)) {
      throw new DecodeError('MALFORMED', 'eddsa key is not in the prime-order subgroup')
    }
    return point
  })
}

/**
 * Decodes a signature without verifying it.
 * @returns undefined unless every number is canonical, R8 is on the curve and S is below the subgroup order
 */
export function decodeEddsaSignature(bytes: Uint8Array): EddsaSignature | undefined {
  if (bytes.length !== EDDSA_SIGNATURE_BYTES) return undefined
  const r8 = { x: readField(bytes, 0), y: readField(bytes, FIELD_BYTES) }
  const s = readField(bytes, 2 * FIELD_BYTES)
  if (!isField(r8.x) || !isField(r8.y) || s >= SUBGROUP_ORDER || !isOnCurve(r8)) return undefined
  return { r8, s }
}

/** A signature to check: that this key signed this field element. */
export interface EddsaClaim extends EddsaSignature {
  key: EddsaKey
  message: bigint
}

/**
 * Reads what is to be checked.
 * @returns undefined if decodeEddsaSignature rejects the signature
 * @throws DecodeError if decodeEddsaKey rejects the key
 */
export function eddsaClaim(
  publicKey: Uint8Array,
  message: bigint,
  signature: Uint8Array,
): EddsaClaim | undefined {
  const key = decodeEddsaKey(publicKey)
  const decoded = decodeEddsaSignature(signature)
  return decoded && { ...decoded, key, message }
}

/**
 * True if the signature of the field element `message` is valid. Accepts exactly the signatures that the circuit accepts.
 * @throws DecodeError if decodeEddsaKey rejects the key
 */
export function verifyEddsa(
  poseidon: Poseidon,
  publicKey: Uint8Array,
  message: bigint,
  signature: Uint8Array,
): boolean {
  const claim = eddsaClaim(publicKey, message, signature)
  return claim !== undefined && isTrue(claim, poseidon.hash(challengeInputs(claim)))
}

/** Which of many claims are true, as verifyEddsa says of each. Takes less time than one after the other. */
export function verifyEddsaAll(poseidon: Poseidon, claims: readonly EddsaClaim[]): boolean[] {
  const challenges = hashAll(poseidon, claims.map(challengeInputs))
  return claims.map((claim, i) => isTrue(claim, challenges[i]!))
}

const challengeInputs = ({ r8, key, message }: Omit<EddsaClaim, 's'>) => [r8.x, r8.y, key.x, key.y, message]

function isTrue({ r8, s, key }: EddsaClaim, challenge: bigint): boolean {
  // A is in the subgroup, so its factor may be reduced and negated modulo the subgroup's order.
  const negated = SUBGROUP_ORDER - ((8n * challenge) % SUBGROUP_ORDER)
  return isCombination(r8, s, negated, key)
}

/** The public key of a 32-byte seed, as a point. @throws RangeError if the seed has another length */
export function eddsaPublicPoint(seed: Uint8Array, multiplyBase = multiplyBaseNoble): EddsaKey {
  return expanded(seed, multiplyBase).key
}

/** The public key of a 32-byte seed, as circomlibjs derives it. */
export function eddsaPublicKey(seed: Uint8Array, multiplyBase = multiplyBaseNoble): Uint8Array {
  const { x, y } = eddsaPublicPoint(seed, multiplyBase)
  return concatBytes(fieldToBytes(x), fieldToBytes(y))
}

/** A field element to sign, and the 32-byte seed to sign it with. */
interface ToSign {
  seed: Uint8Array
  message: bigint
}

/** Signs a field element with a 32-byte seed; deterministic, equal to circomlibjs's signPoseidon. */
export function signEddsa(
  poseidon: Poseidon,
  seed: Uint8Array,
  message: bigint,
  multiplyBase = multiplyBaseNoble,
): Uint8Array {
  return signEddsaAll(poseidon, [{ seed, message }], multiplyBase)[0]!
}

/** The signatures of many field elements, in their order, as signEddsa makes each. Takes less time than one after the other. */
export function signEddsaAll(
  poseidon: Poseidon,
  toSign: readonly ToSign[],
  multiplyBase: MultiplyBase,
): Uint8Array[] {
  const begun = toSign.map(({ seed, message }) => {
    const { scalar, prefix, key } = expanded(seed, multiplyBase)
    const nonce =
      littleEndian(blake512(concatBytes(prefix, fieldToBytes(message).reverse()))) % SUBGROUP_ORDER
    return { scalar, nonce, key, message }
  })
  const r8s = multiplyBase(begun.map(({ nonce }) => nonce))
  const challenges = hashAll(
    poseidon,
    begun.map((one, i) => challengeInputs({ ...one, r8: r8s[i]! })),
  )
  return begun.map(({ scalar, nonce }, i) => {
    const r8 = r8s[i]!
    const s = (nonce + challenges[i]! * scalar) % SUBGROUP_ORDER
    return concatBytes(fieldToBytes(r8.x), fieldToBytes(r8.y), fieldToBytes(s))
  })
}

function expanded(seed: Uint8Array, multiplyBase: MultiplyBase) {
  return secrets.get(seed, () => {
    const { scalar, prefix } = expandSeed(seed)
    // The clamped scalar, a multiple of 8, multiplies the generator of the whole group. B8 is 8 times that generator, hence the division by 8.
    return { scalar, prefix, key: multiplyBase([(scalar >> 3n) % SUBGROUP_ORDER])[0]! }
  })
}

/** Expansion and clamping of RFC 8032, with BLAKE-512 instead of SHA-512. */
function expandSeed(seed: Uint8Array): { scalar: bigint; prefix: Uint8Array } {
  if (seed.length !== 32) throw new RangeError('an eddsa seed has 32 bytes')
  const digest = blake512(seed)
  const low = digest.slice(0, 32)
  low[0]! &= 0xf8
  low[31] = (low[31]! & 0x7f) | 0x40
  return { scalar: littleEndian(low), prefix: digest.slice(32) }
}

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!)
  return value
}

/** a x^2 + y^2 = 1 + d x^2 y^2. */
function isOnCurve({ x, y }: AffinePoint): boolean {
  const xx = (x * x) % R
  const yy = (y * y) % R
  return (CURVE_A * xx + yy - 1n - CURVE_D * ((xx * yy) % R)) % R === 0n
}
