import { useEffect, useState } from 'preact/hooks'
import { WHOLE } from '../app/brief.ts'
import { formatCount, formatFraction } from '../app/format.ts'
import { texts } from '../app/language.ts'
import { links } from '../app/links.ts'
import type { PageProps } from '../app/page-props.ts'
import { isMissing, useQuery } from '../data/use-query.ts'
import { BatchDocument, type BatchQuery } from '../generated/operations.ts'
import { ProofStatus } from '../parts/batches-table.tsx'
import { Facts, Section } from '../parts/facts.tsx'
import { Hash } from '../parts/hash.tsx'
import { Missing } from '../parts/missing.tsx'
import { QueryPage } from '../parts/page.tsx'
import { Table } from '../parts/table.tsx'
import { Text } from '../parts/text.tsx'
import { Time } from '../parts/time.tsx'
import { TransfersTable } from '../parts/transfers-table.tsx'
import { VerifyHere } from '../verify/verify-here.tsx'

/** Batches are not what the search finds. */
const ALL = { href: links.batches, name: texts.batches.all }

type Batch = NonNullable<BatchQuery['batch']>

/** A batch of records, and its proof. */
export function BatchPage({ params }: PageProps) {
  const wanted = params.index!
  if (!/^\d{1,15}$/.test(wanted))
    return (
      <Missing title={texts.notFound.batch} advice={texts.notFound.badBatch} wanted={wanted} instead={ALL} />
    )
  return <BatchOf index={BigInt(wanted).toString()} />
}

function BatchOf({ index }: { index: string }) {
  const query = useQuery(BatchDocument, { index }, { follows: true })
  const { title, kind } = texts.batch
  if (isMissing(query, 'batch'))
    return (
      <Missing
        title={texts.notFound.batch}
        advice={texts.notFound.batchAdvice}
        wanted={index}
        instead={ALL}
      />
    )
  return (
    <QueryPage kind={kind} title={title(formatCount(index))} query={query}>
      {({ batch }) =>
        batch && (
          <>
            {batch.keyKind === 'DEVELOPMENT' && batch.proof !== null ? (
              <p class="notice">{texts.batch.developmentKey}</p>
            ) : null}
            <BatchFacts batch={batch} />
            {batch.status === 'UNPROVEN' ? <p class="muted">{texts.batch.unproven(batch.index)}</p> : null}
            {batch.proof === null ? null : (
              <VerifyHere subject={{ batch: index }} name={`batch-${index}-proof`} />
            )}
            <Section title={texts.batch.records}>
              <TransfersTable rows={batch.transfers.nodes} caption={texts.batch.records} />
            </Section>
            <Signals signals={batch.publicSignals} />
          </>
        )
      }
    </QueryPage>
  )
}

function BatchFacts({ batch }: { batch: Batch }) {
  const words = texts.batch
  return (
    <>
      <Facts
        facts={[
          [words.status, <ProofStatus key="status" batch={batch} />],
          [
            words.failure,
            batch.failure === null ? undefined : <Text key="failure" text={batch.failure} most={WHOLE} />,
          ],
          [words.records, texts.pool.of(formatCount(batch.count), formatCount(batch.size))],
          [words.proven, formatCount(batch.proven)],
          [words.attested, formatCount(batch.attested)],
          [words.provedAt, batch.provedAt === null ? undefined : <Time key="at" at={batch.provedAt} />],
          [words.seconds, batch.proofSeconds === null ? undefined : formatFraction(batch.proofSeconds, 1)],
          [words.backend, batch.backend === null ? undefined : texts.backends[batch.backend]],
          [words.key, texts.keyKinds[batch.keyKind]],
          [words.recordsRoot, <Hash key="root" value={batch.recordsRoot} full />],
        ]}
      />
      {batch.proof === null ? null : (
        <Download name={`batch-${batch.index}-proof.json`} content={batch.proof} />
      )}
    </>
  )
}

/** The public signals of a proof, each with its name. */
function Signals({ signals }: { signals: unknown }) {
  if (!Array.isArray(signals)) return null
  const rows = signals.map((value, index) => ({
    name: texts.batch.signalNames[index] ?? `${index}`,
    value: `${value}`,
  }))
  return (
    <Section title={texts.batch.signals}>
      <Table
        caption={texts.batch.signals}
        columns={[
          { head: texts.batch.signal, cell: ({ name }) => name },
          { head: texts.batch.value, cell: ({ value }) => <Hash value={value} full /> },
        ]}
        rows={rows}
        keyOf={({ name }) => name}
      />
    </Section>
  )
}

/** A link that saves a value as a file of JSON. */
function Download({ name, content }: { name: string; content: unknown }) {
  const [href, setHref] = useState<string>()
  const text = JSON.stringify(content)
  useEffect(() => {
    const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
    setHref(url)
    return () => URL.revokeObjectURL(url)
  }, [text])
  return (
    <p>
      {href === undefined ? (
        texts.batch.download
      ) : (
        <a href={href} download={name}>
          {texts.batch.download}
        </a>
      )}
    </p>
  )
}
