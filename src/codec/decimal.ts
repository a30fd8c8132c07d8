/** A field element of 254 bits has at most 77 digits, a coordinate of BN254 too. */
const DECIMAL = /^(0|[1-9][0-9]{0,77})$/

/**
 * A number as snarkjs writes it: canonical decimal digits in a string.
 * @returns undefined unless it is one and below `limit`
 */
export function parseDecimal(value: unknown, limit: bigint): bigint | undefined {
  if (typeof value !== 'string' || !DECIMAL.test(value)) return undefined
  const number = BigInt(value)
  return number < limit ? number : undefined
}
