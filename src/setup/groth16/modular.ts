import { R } from '../../crypto/field.ts'

/** base^exponent mod r. */
export function modPower(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let square = base % R
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % R
    square = (square * square) % R
  }
  return result
}

/** The inverse of a value modulo r. The value must not be 0. */
export function inverse(value: bigint): bigint {
  return modPower(value, R - 2n)
}
