import { formatCount, formatFraction, formatShare } from '../app/format.ts'
import { texts } from '../app/language.ts'
import { links } from '../app/links.ts'
import type { BatchRowFragment } from '../generated/operations.ts'
import { type Column, Table } from './table.tsx'
import { Time } from './time.tsx'

const columns: readonly Column<BatchRowFragment>[] = [
  {
    head: texts.batches.index,
    cell: ({ index }) => <a href={links.batch(index)}>{formatCount(index)}</a>,
    share: 0.8,
  },
  {
    head: texts.batches.records,
    cell: ({ count, size }) => texts.pool.of(formatCount(count), formatCount(size)),
    isNumber: true,
  },
  { head: texts.batches.status, share: 1.4, cell: (batch) => <ProofStatus batch={batch} /> },
  {
    head: texts.batches.proven,
    share: 2.2,
    cell: ({ provedAt }) => (provedAt === null ? '–' : <Time at={provedAt} />),
  },
  {
    head: texts.batch.seconds,
    share: 1.2,
    cell: ({ proofSeconds }) => (proofSeconds === null ? '–' : formatFraction(proofSeconds, 1, 1)),
    isNumber: true,
  },
  {
    head: texts.batch.backend,
    cell: ({ backend }) => (backend === null ? '–' : texts.backends[backend]),
    isMinor: true,
  },
]

/** The state of a batch's proof, in words, with what its prover is doing. */
export function ProofStatus({ batch: { status, stage, progress } }: { batch: BatchRowFragment }) {
  const share = progress === null ? '' : ` (${formatShare(progress)})`
  return (
    <span class={`status-${status.toLowerCase()}`}>
      {texts.statuses[status]}
      {stage === null ? '' : `: ${texts.stages[stage]}${share}`}
    </span>
  )
}

interface BatchesProps {
  rows: readonly BatchRowFragment[]
  caption: string
  empty?: string
}

/** Batches in rows. The rows stay where they are when newer batches come: what is in them changes. */
export function BatchesTable({ rows, caption, empty = texts.table.empty }: BatchesProps) {
  return <Table {...{ columns, rows, caption, empty }} keyOf={(_row, index) => `${index}`} />
}
