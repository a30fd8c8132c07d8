import { brief } from '../app/brief.ts'
import { briefUnits, fractionOf } from '../app/brief-units.ts'
import { formatCount, formatUnits } from '../app/format.ts'
import { texts } from '../app/language.ts'

/** Units of an asset, by its decimals. */
export interface Quantity {
  units: string
  decimals: number
}

interface AmountProps extends Quantity {
  /** What follows it, such as the code of the asset. */
  of?: string
}

/** The number of units, where it is another than the amount. */
const unitsWords = ({ units, decimals }: Quantity) =>
  decimals === 0 ? undefined : texts.amount.units(formatCount(units))

/** Units of an asset as an amount by its decimals, exact; the number of units is on request, where it is another. */
export function Amount({ units, decimals, of }: AmountProps) {
  return (
    <span title={unitsWords({ units, decimals })}>
      {formatUnits(units, decimals)}
      {of === undefined ? '' : ` ${brief(of)}`}
    </span>
  )
}

interface ColumnAmountProps extends Quantity {
  /** The longest fraction of the column. */
  longest: string
}

/** An amount of a column, whose points stand below each other. Where it is cut, the exact one is on request, and read aloud. */
export function ColumnAmount({ units, decimals, longest }: ColumnAmountProps) {
  const shown = briefUnits(BigInt(units), decimals)
  const exact = formatUnits(units, decimals)
  const isCut = shown !== exact
  const title = isCut
    ? `${exact} · ${unitsWords({ units, decimals }) ?? ''}`
    : unitsWords({ units, decimals })
  return (
    <span class="amount" title={title} data-fill={longest.slice(fractionOf(shown).length)}>
      {isCut ? <span class="visually-hidden">{exact}</span> : null}
      <span aria-hidden={isCut}>{shown}</span>
    </span>
  )
}

/** The longest fraction of some amounts of a column, as they are shown. */
export const longestFraction = (amounts: readonly Quantity[]): string =>
  amounts
    .map(({ units, decimals }) => fractionOf(briefUnits(BigInt(units), decimals)))
    .reduce((longest, each) => (each.length > longest.length ? each : longest), '')
