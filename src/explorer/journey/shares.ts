/** A quotient of units from 0 to 1, to a millionth; 0 of nothing. */
export const shareOf = (units: bigint, whole: bigint): number =>
  whole === 0n ? 0 : Number((units * 1_000_000n) / whole) / 1_000_000
