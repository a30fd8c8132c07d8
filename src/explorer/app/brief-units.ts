import { decimalPoint, formatUnits } from './format.ts'

/** Digits of a fraction where there is little room. */
const FRACTION = 4

/** Digits before the point where there is little room. */
const WHOLE = 15

/**
 * Units as an amount where there is little room: its fraction is cut after FRACTION digits, with an ellipsis, never rounded. What is less than they
 * show is "<0.0001", and what has more than WHOLE digits before the point is cut to "5.123… × 10^27". The exact amount has to be beside it, for those
 * who ask.
 */
export function briefUnits(units: bigint, decimals: number): string {
  const digits = String(units).length - decimals
  if (digits > WHOLE)
    return `${formatUnits(String(units).slice(0, FRACTION), FRACTION - 1)}… × 10^${digits - 1}`
  if (decimals <= FRACTION) return formatUnits(units, decimals)
  const least = 10n ** BigInt(decimals - FRACTION)
  if (units > 0n && units < least) return `<${formatUnits(least, decimals)}`
  const shown = formatUnits(units - (units % least), decimals)
  return units % least === 0n ? shown : `${shown}…`
}

/** What follows the whole number of a brief amount: its point and fraction; nothing if it is told as a power. */
export function fractionOf(shown: string): string {
  const point = shown.indexOf(decimalPoint)
  return shown.includes('^') ? '' : point < 0 ? (/…$/.exec(shown)?.[0] ?? '') : shown.slice(point)
}
