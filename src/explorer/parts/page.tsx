import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { brief, NOTE } from '../app/brief.ts'
import { formatCount } from '../app/format.ts'
import { texts } from '../app/language.ts'
import { links } from '../app/links.ts'
import { useLive } from '../data/live.ts'
import { type Answer, RequestFailure } from '../data/request.ts'
import { isPassing, type QueryState } from '../data/use-query.ts'
import { FailureNotice } from './failure.tsx'
import { Text } from './text.tsx'

interface PageProps {
  /** Its heading, and what the browser calls it. */
  title: string
  /** What kind of thing it shows, above the heading. */
  kind?: string | undefined
  children: ComponentChildren
}

/** A page: its title and its content. The router moves the focus to the heading. */
export function Page({ title, kind, children }: PageProps) {
  const { head } = useLive()
  const name = brief(head?.name ?? 'Inpigritas')
  const heading = brief(title, NOTE)
  useEffect(() => {
    document.title = `${heading} · ${name}`
  }, [heading, name])
  return (
    <article>
      <header class="page-head">
        {kind === undefined ? null : <p class="kind">{kind}</p>}
        <h1 tabIndex={-1}>
          <Text text={title} most={NOTE} />
        </h1>
      </header>
      {children}
    </article>
  )
}

interface QueryPageProps<Result> extends Omit<PageProps, 'children'> {
  query: QueryState<Result>
  /** What the page shows of an answer, and whether parts of it failed. */
  children: (data: Result, hasFaults: boolean) => ComponentChildren
}

/** A page that shows the answer of one request: what it says while it waits, and what it says without an answer. */
export function QueryPage<Result>({ query, children, ...page }: QueryPageProps<Result>) {
  const { answer, failure, reload } = query
  return (
    <Page {...page}>
      {failure === undefined ? null : (
        <FailureNotice
          {...{ failure, reload }}
          isStale={answer !== undefined}
          isRetried={isPassing(failure)}
        />
      )}
      {answer === undefined ? (
        failure === undefined && <Skeleton />
      ) : (
        <>
          <Shown {...{ answer, reload }}>{children(answer.data, answer.faults.length > 0)}</Shown>
          {answer.height === undefined ? null : <AsOf height={answer.height} />}
        </>
      )}
    </Page>
  )
}

interface ShownProps {
  answer: Answer<unknown>
  reload: () => void
  children: ComponentChildren
}

/** What a page shows of an answer, with what is wrong with it. */
function Shown({ answer: { faults }, reload, children }: ShownProps) {
  const isEmpty = children === null || children === undefined
  const failures = isEmpty && faults.length === 0 ? [new RequestFailure('BAD_ANSWER')] : faults
  return (
    <>
      {failures.map((each) => (
        <FailureNotice key={each.code} failure={each} reload={reload} isPartial={!isEmpty} />
      ))}
      {children}
    </>
  )
}

const AsOf = ({ height }: { height: string }) => (
  <p class="as-of muted">
    {texts.asOf} <a href={links.block(height)}>{texts.block.title(formatCount(height))}</a>
  </p>
)

/** What stands in the place of an answer that is on its way. */
function Skeleton() {
  return (
    <div class="skeleton">
      <p role="status" class="visually-hidden">
        {texts.loading}
      </p>
      {[0, 1, 2, 3, 4, 5].map((line) => (
        <div key={line} />
      ))}
    </div>
  )
}
