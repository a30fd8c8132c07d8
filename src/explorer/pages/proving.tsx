import { useMemo } from 'preact/hooks'
import { formatCount, formatFraction } from '../app/format.ts'
import { texts } from '../app/language.ts'
import { links } from '../app/links.ts'
import { useQuery } from '../data/use-query.ts'
import { type BatchRowFragment, ProvingDocument, type ProvingQuery } from '../generated/operations.ts'
import { BatchesTable } from '../parts/batches-table.tsx'
import { type Bar, Chart } from '../parts/chart.tsx'
import { Section, Tiles } from '../parts/facts.tsx'
import { Hash } from '../parts/hash.tsx'
import { QueryPage } from '../parts/page.tsx'
import { type Column, Table } from '../parts/table.tsx'

type Key = ProvingQuery['service']['verificationKeys'][number]

/** Proofs that are listed; the chart has all that were asked for. */
const LISTED = 10
const words = texts.proving

/** What provers do, and what waits for them. */
export function ProvingPage() {
  const query = useQuery(ProvingDocument, {}, { follows: true })
  return (
    <QueryPage title={words.title} query={query}>
      {({ service: { proving, verificationKeys }, active, recent }) => (
        <>
          <Tiles
            tiles={[
              [words.proofs, formatCount(proving.proofs)],
              [words.backlog, formatCount(proving.backlog)],
              [words.waiting, formatCount(proving.waiting)],
              [words.running, formatCount(proving.running)],
              [words.dead, formatCount(proving.dead)],
              [words.perMinute, formatFraction(proving.perMinute)],
            ]}
          />
          <Section title={words.active}>
            <BatchesTable rows={active.nodes} caption={words.active} empty={words.noneActive} />
          </Section>
          <Section title={words.recent} aside={<a href={links.batches}>{texts.batches.all}</a>}>
            <BatchesTable
              rows={recent.nodes.slice(0, LISTED)}
              caption={words.recent}
              empty={words.noProofs}
            />
          </Section>
          {recent.nodes.length === 0 ? null : (
            <Section title={words.seconds}>
              <Seconds proofs={recent.nodes} />
            </Section>
          )}
          <Section title={words.keys}>
            <Table
              caption={words.keys}
              columns={keyColumns}
              rows={verificationKeys}
              keyOf={({ circuit }) => circuit}
            />
          </Section>
        </>
      )}
    </QueryPage>
  )
}

/** How long the newest proofs took. */
function Seconds({ proofs }: { proofs: readonly BatchRowFragment[] }) {
  const bars = useMemo(
    () =>
      proofs.toReversed().map(({ index, proofSeconds }) => ({
        at: Number(index),
        value: proofSeconds ?? 0,
        name: formatCount(index),
      })),
    [proofs],
  )
  return (
    <Chart
      title={words.seconds}
      bars={bars}
      steps={[1, 2, 5, 10, 20, 50, 100, 1_000, 10_000]}
      nameOf={(at) => formatCount(Math.round(at))}
      columns={secondColumns}
    />
  )
}

const secondColumns: readonly Column<Bar>[] = [
  { head: words.batch, cell: ({ name }) => name, isNumber: true },
  { head: texts.batch.seconds, cell: ({ value }) => formatFraction(value, 1), isNumber: true },
]

const keyColumns: readonly Column<Key>[] = [
  { head: words.circuit, cell: ({ circuit }) => <code>{circuit}</code> },
  { head: words.kind, cell: ({ kind }) => texts.keyKinds[kind] },
  { head: words.hash, cell: ({ hash }) => <Hash value={hash} full /> },
]
