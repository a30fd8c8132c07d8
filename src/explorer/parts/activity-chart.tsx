import { useMemo } from 'preact/hooks'
import { formatCount, formatHour, formatUtcDay } from '../app/format.ts'
import { texts } from '../app/language.ts'
import type { ActivityBarFragment } from '../generated/operations.ts'
import { type Bar, Chart } from './chart.tsx'
import type { Column } from './table.tsx'

type Kinds = keyof typeof texts.kindsInAll
type Row = Bar & ActivityBarFragment

const HOUR_MS = 3_600_000
/** Bars between labels. */
const STEPS = { HOUR: [1, 2, 3, 6, 12, 24, 48], DAY: [1, 2, 7, 14, 28, 56] }
const KINDS = Object.keys(texts.kindsInAll) as Kinds[]

interface ActivityProps {
  title: string
  by: 'HOUR' | 'DAY'
  activity: readonly ActivityBarFragment[]
}

/** Records per hour or day, by kind in the table. */
export function ActivityChart({ title, by, activity }: ActivityProps) {
  const format = by === 'HOUR' ? formatHour : formatUtcDay
  const bars = useMemo(
    () =>
      activity.map((each) => {
        const from = new Date(each.from)
        return { ...each, at: from.getTime() / 1_000, value: Number(each.records), name: format(from) }
      }),
    [activity, format],
  )
  const columns: Column<Row>[] = [
    { head: by === 'HOUR' ? texts.chart.hour : texts.chart.day, cell: ({ name }) => name },
    { head: texts.transfer.all, cell: ({ records }) => formatCount(records), isNumber: true },
    ...KINDS.map((kind) => ({
      head: texts.kindsInAll[kind],
      cell: (row: Row) => formatCount(row[kind]),
      isNumber: true,
    })),
  ]
  return (
    <Chart {...{ title, bars, columns }} steps={STEPS[by]} nameOf={(at) => format(new Date(at * 1_000))} />
  )
}

/** The last `hours` hours as arguments of `activity`; the same within an hour. */
export function lastHours(hours: number): { from: string; to: string } {
  const to = (Math.floor(Date.now() / HOUR_MS) + 1) * HOUR_MS
  return { from: new Date(to - hours * HOUR_MS).toISOString(), to: new Date(to).toISOString() }
}

/** The last `days` days as arguments of `activity`; the same within an hour. */
export const lastDays = (days: number): { from: string; to: string } => lastHours(days * 24)
