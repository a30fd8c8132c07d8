import type { ComponentChildren } from 'preact'
import { texts } from '../app/language.ts'
import { ColumnAmount, longestFraction, type Quantity } from './amount.tsx'
import { memo } from './memo.tsx'

/** A column of a table. */
export interface Column<Row> {
  head: string
  /** What a row has in it. @param amounts of the row, aligned, in the order of `amountsOf` */
  cell: (row: Row, ...amounts: ComponentChildren[]) => ComponentChildren
  /** Whether its cells are numbers, which stand to the right. */
  isNumber?: boolean
  /** The amounts in a cell of a column of numbers: in all rows, their points stand below each other. */
  amountsOf?: (row: Row) => readonly Quantity[]
  /** Whether narrow screens leave it out: what a link in the row leads to says it too. */
  isMinor?: boolean
  /** How wide it is in comparison with the others; 1 by default. */
  share?: number
}

interface TableProps<Row> {
  /** What the table is about; read to those who cannot see it. */
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  /** A value that stays with a row. */
  keyOf: (row: Row, index: number) => string
  /** What is said where there is no row. */
  empty?: string
}

/** What no fraction has in it. */
const BETWEEN = '|'

interface RowProps {
  columns: readonly Column<unknown>[]
  row: unknown
  /** The longest fraction of each column, joined: it is the same text while they are the same. */
  fractions: string
}

const Row = memo(({ columns, row, fractions }: RowProps) => {
  const longest = fractions.split(BETWEEN)
  return (
    <tr>
      {columns.map(({ head, cell, isNumber, isMinor, amountsOf = () => [] }, i) => (
        <td key={head} data-head={head} class={isNumber ? 'number' : isMinor ? 'minor' : undefined}>
          <div>
            {cell(row, ...amountsOf(row).map((each) => <ColumnAmount {...each} longest={longest[i]!} />))}
          </div>
        </td>
      ))}
    </tr>
  )
})

/** A table; the widths of columns do not depend on what is in them; on narrow screens each row becomes a card whose values carry the heads of their columns. */
export function Table<Row>({ caption, columns, rows, keyOf, empty = texts.table.empty }: TableProps<Row>) {
  if (rows.length === 0) return <p class="muted">{empty}</p>
  const whole = columns.reduce((sum, { share = 1 }) => sum + share, 0)
  const fractions = columns
    .map(({ amountsOf = () => [] }) => longestFraction(rows.flatMap(amountsOf)))
    .join(BETWEEN)
  return (
    <table class="table">
      <caption class="visually-hidden">{caption}</caption>
      <colgroup>
        {columns.map(({ head, share = 1 }) => (
          <col key={head} style={{ width: `${(100 * share) / whole}%` }} />
        ))}
      </colgroup>
      <thead>
        <tr>
          {columns.map(({ head, isNumber, isMinor }) => (
            <th key={head} scope="col" class={isNumber ? 'number' : isMinor ? 'minor' : undefined}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <Row
            key={keyOf(row, index)}
            {...{ row, fractions }}
            columns={columns as readonly Column<unknown>[]}
          />
        ))}
      </tbody>
    </table>
  )
}
