import { useMemo } from 'preact/hooks'
import { brief } from '../app/brief.ts'
import { formatCount, formatFraction, formatShare } from '../app/format.ts'
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
import { Text } from '../parts/text.tsx'
import { Time } from '../parts/time.tsx'

type Prover = ProvingQuery['service']['proving']['provers'][number]
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
          <Section title={words.provers}>
            <Table
              caption={words.provers}
              columns={proverColumns}
              rows={byName(proving.provers)}
              keyOf={({ name }) => name}
              empty={words.noProvers}
            />
          </Section>
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

/** They are told in the order of their reports; rows stay where they are. */
const byName = (provers: readonly Prover[]): Prover[] =>
  provers.toSorted((a, b) => (a.name < b.name ? -1 : 1))

const proverColumns: readonly Column<Prover>[] = [
  { head: words.name, cell: ({ name }) => <Text text={name} /> },
  {
    head: words.prover,
    cell: ({ version, backend }) => (
      <>
        {version === null ? '–' : <Text text={version} />}
        {backend === null ? null : ` (${texts.backends[backend]})`}
      </>
    ),
  },
  {
    head: words.threads,
    cell: ({ threads }) => (threads === null ? '–' : formatCount(threads)),
    isNumber: true,
  },
  { head: words.does, cell: (prover) => <Doing prover={prover} /> },
  { head: words.heard, share: 2.2, cell: (prover) => <Heard prover={prover} /> },
]

/** When there was a sign of life of a prover, by the clock of this device: the answer says how long before it that was. */
function Heard({ prover }: { prover: Prover }) {
  const at = useMemo(() => new Date(Date.now() - 1_000 * prover.secondsAgo).toISOString(), [prover])
  return <Time at={at} />
}

function Doing({ prover: { batch, stage } }: { prover: Prover }) {
  const known: Record<string, string> = words.stages
  const [word = '', percent = ''] = stage.split(' ')
  const share = () => formatShare(Number.parseInt(percent, 10) / 100)
  const does =
    known[stage] ?? (word in known && /^\d+%$/.test(percent) ? `${known[word]} (${share()})` : brief(stage))
  return (
    <>
      {batch === null ? null : (
        <>
          <a href={links.batch(batch)}>{texts.batch.title(formatCount(batch))}</a>:{' '}
        </>
      )}
      {does}
    </>
  )
}

const secondColumns: readonly Column<Bar>[] = [
  { head: words.batch, cell: ({ name }) => name, isNumber: true },
  { head: texts.batch.seconds, cell: ({ value }) => formatFraction(value, 1, 1), isNumber: true },
]

const keyColumns: readonly Column<Key>[] = [
  { head: words.circuit, cell: ({ circuit }) => <code>{circuit}</code> },
  { head: words.kind, cell: ({ kind }) => texts.keyKinds[kind] },
  { head: words.hash, cell: ({ hash }) => <Hash value={hash} full /> },
]
