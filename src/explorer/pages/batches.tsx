import { texts } from '../app/language.ts'
import { links } from '../app/links.ts'
import type { PageProps } from '../app/page-props.ts'
import { useQuery } from '../data/use-query.ts'
import { BatchesDocument, type BatchStatus } from '../generated/operations.ts'
import { BatchesTable } from '../parts/batches-table.tsx'
import { QueryPage } from '../parts/page.tsx'
import { nextOf, Pager } from '../parts/pager.tsx'

const STATUSES = [
  'PROVEN',
  'PROVING',
  'QUEUED',
  'UNPROVEN',
  'FAILED',
  'DEAD',
] as const satisfies BatchStatus[]

/** Batches, newest first, all or those in one state. */
export function BatchesPage({ query: place }: PageProps) {
  const after = place.get('after')
  const status = STATUSES.find((each) => each === place.get('status'))
  const query = useQuery(BatchesDocument, { after, status: status ?? null }, { follows: after === null })
  return (
    <QueryPage title={texts.batches.title} query={query}>
      {({ batches: { nodes, pageInfo } }) => (
        <>
          <p>{texts.batches.intro}</p>
          <nav class="choices" aria-label={texts.batches.status}>
            <Choice isCurrent={status === undefined} />
            {STATUSES.map((each) => (
              <Choice key={each} status={each} isCurrent={status === each} />
            ))}
          </nav>
          <BatchesTable rows={nodes} caption={texts.batches.title} />
          <Pager href={pathOf(status)} next={nextOf(pageInfo)} isLater={after !== null} />
        </>
      )}
    </QueryPage>
  )
}

const pathOf = (status: BatchStatus | undefined) =>
  status === undefined ? links.batches : `${links.batches}?status=${status}`

function Choice({ status, isCurrent }: { status?: BatchStatus; isCurrent: boolean }) {
  return (
    <a href={pathOf(status)} aria-current={isCurrent ? 'true' : undefined}>
      {status === undefined ? texts.batches.all : texts.statuses[status]}
    </a>
  )
}
