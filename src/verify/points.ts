import { bn254 } from '@noble/curves/bn254.js'
import { concatBytes } from '../codec/bytes.ts'
import { parseDecimal } from '../codec/decimal.ts'

export const G1 = bn254.G1.Point
export const G2 = bn254.G2.Point

/** A point with its EIP-197 encoding. */
export interface Point1 {
  point: InstanceType<typeof G1>
  bytes: Uint8Array
}

export interface Point2 {
  point: InstanceType<typeof G2>
  bytes: Uint8Array
}

/** Order of the field of coordinates. */
const Q = bn254.fields.Fp.ORDER

/** Parses a point of G1 in snarkjs's format, [x, y, "1"]; undefined if it is off the curve, infinity or not canonical. */
export function parsePoint1(json: unknown): Point1 | undefined {
  if (!Array.isArray(json) || json.length !== 3 || json[2] !== '1') return undefined
  const x = parseDecimal(json[0], Q)
  const y = parseDecimal(json[1], Q)
  if (x === undefined || y === undefined) return undefined
  const point = validPoint(() => G1.fromAffine({ x, y }))
  return point && { point, bytes: concatBytes(coordinate(x), coordinate(y)) }
}

/**
 * Parses a point of G2 in snarkjs's format, [[x0, x1], [y0, y1], ["1", "0"]]; undefined if it is off the curve, outside the
 * prime-order subgroup, infinity or not canonical.
 */
export function parsePoint2(json: unknown): Point2 | undefined {
  if (!Array.isArray(json) || json.length !== 3) return undefined
  const [x, y, z] = json.map(parsePair)
  if (x === undefined || y === undefined || z === undefined || z.c0 !== 1n || z.c1 !== 0n) return undefined
  const point = validPoint(() => G2.fromAffine({ x, y }))
  return point && { point, bytes: concatBytes(...[x.c1, x.c0, y.c1, y.c0].map(coordinate)) }
}

function parsePair(json: unknown): { c0: bigint; c1: bigint } | undefined {
  if (!Array.isArray(json) || json.length !== 2) return undefined
  const c0 = parseDecimal(json[0], Q)
  const c1 = parseDecimal(json[1], Q)
  return c0 === undefined || c1 === undefined ? undefined : { c0, c1 }
}

/** noble checks the curve equation and the subgroup. Its affine form of infinity, (0, 0), is rejected here. */
function validPoint<P extends { assertValidity(): void; is0(): boolean }>(make: () => P): P | undefined {
  try {
    const point = make()
    point.assertValidity()
    return point.is0() ? undefined : point
  } catch {
    return undefined
  }
}

function coordinate(value: bigint): Uint8Array {
  const bytes = new Uint8Array(32)
  for (let i = 31, rest = value; i >= 0; i--, rest >>= 8n) bytes[i] = Number(rest & 0xffn)
  return bytes
}
