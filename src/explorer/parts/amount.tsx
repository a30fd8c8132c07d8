import { brief } from '../app/brief.ts'
import { formatCount, formatUnits } from '../app/format.ts'
import { texts } from '../app/language.ts'

interface AmountProps {
  units: string
  decimals: number
  /** What follows it, such as the code of the asset. */
  of?: string
}

/** Units of an asset as an amount by its decimals, exact; the number of units is on request, where it is another. */
export function Amount({ units, decimals, of }: AmountProps) {
  const amount = formatUnits(units, decimals)
  const full = decimals === 0 ? undefined : texts.amount.units(formatCount(units))
  return (
    <span title={full}>
      {amount}
      {of === undefined ? '' : ` ${brief(of)}`}
    </span>
  )
}
