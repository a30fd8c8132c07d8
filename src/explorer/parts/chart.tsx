import { useEffect, useRef } from 'preact/hooks'
import { texts } from '../app/language.ts'
import type { Bar, Drawn } from './draw-chart.ts'
import { type Column, Table } from './table.tsx'

export type { Bar } from './draw-chart.ts'

interface ChartProps<Row extends Bar> {
  title: string
  bars: readonly Row[]
  /** How the places under the bars are written. */
  nameOf: (at: number) => string
  /** How many bars may lie between two of these. */
  steps: readonly number[]
  /** The same as a table. */
  columns: readonly Column<Row>[]
}

/** Bars from left to right, with the same numbers as a table. The code that draws is loaded when a chart is first shown. */
export function Chart<Row extends Bar>({ title, bars, nameOf, steps, columns }: ChartProps<Row>) {
  const frame = useRef<HTMLDivElement>(null)
  const drawn = useRef<Promise<Drawn | undefined>>(undefined)
  const newest = useRef(bars)
  newest.current = bars
  useEffect(() => {
    let isGone = false
    drawn.current = import('./draw-chart.ts').then(({ drawChart }) =>
      isGone || frame.current === null
        ? undefined
        : drawChart(frame.current, newest.current, { nameOf, steps }),
    )
    return () => {
      isGone = true
      drawn.current?.then((chart) => chart?.remove())
    }
  }, [])
  useEffect(() => {
    drawn.current?.then((chart) => chart?.update(bars))
  }, [bars])
  const total = bars.reduce((sum, { value }) => sum + value, 0)
  return (
    <figure class="chart">
      <figcaption class="visually-hidden">{title}</figcaption>
      <div class="chart-frame" ref={frame} aria-hidden="true" />
      {total === 0 ? <p class="muted">{texts.chart.none}</p> : null}
      <details>
        <summary>
          {texts.chart.table}
          <span class="visually-hidden">: {title}</span>
        </summary>
        <Table caption={title} columns={columns} rows={bars} keyOf={({ at }) => `${at}`} />
      </details>
    </figure>
  )
}
