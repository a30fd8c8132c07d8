import { formatUnits } from '../app/format.ts'
import type { Amount } from './strands.ts'

/** Digits of a fraction that a picture has room for. */
const FRACTION = 4

/** Digits before the point that a picture has room for. */
const WHOLE = 15

/**
 * An amount where there is little room: its fraction is cut after FRACTION digits, with an ellipsis, never rounded. What is less than they show is
 * "<0.0001", and what has more than WHOLE digits before the point is cut to "5.123… × 10^27". The exact amount is in the name of the part, and in the table.
 */
export function briefAmount({ units, asset: { decimals } }: Amount): string {
  const digits = String(units).length - decimals
  if (digits > WHOLE)
    return `${formatUnits(String(units).slice(0, FRACTION), FRACTION - 1)}… × 10^${digits - 1}`
  if (decimals <= FRACTION) return formatUnits(units, decimals)
  const least = 10n ** BigInt(decimals - FRACTION)
  if (units > 0n && units < least) return `<${formatUnits(least, decimals)}`
  const shown = formatUnits(units - (units % least), decimals)
  return units % least === 0n ? shown : `${shown}…`
}
