import { useRef } from 'preact/hooks'
import { brief } from '../app/brief.ts'
import { formatCount } from '../app/format.ts'
import { texts } from '../app/language.ts'
import { useLive } from '../data/live.ts'
import type { TraceInput, TracePageFragment } from '../generated/operations.ts'
import { ExportLinks } from '../parts/export-links.tsx'
import { Section } from '../parts/facts.tsx'
import { FailureNotice } from '../parts/failure.tsx'
import { VerifyHere } from '../verify/verify-here.tsx'
import { isLine } from './custody.ts'
import { CustodyLine } from './custody-line.tsx'
import { Flow } from './flow.tsx'
import { HeightSlider, withQuery } from './height-slider.tsx'
import { EndTable, HopTable } from './hop-table.tsx'
import type { SeenJourney } from './journey.ts'
import { type JourneyState, MAX_HOPS, useJourney } from './use-journey.ts'

const words = texts.journey

/** Where a page is, and what it shows there. */
export interface JourneyPlace {
  /** The page's path, and its query. */
  path: string
  query: URLSearchParams
  /** Lowest height at which there is anything to show. */
  lowest: number
  /** Height of what is shown, and the time of its block. */
  height: number
  time: string | undefined
}

interface JourneyViewProps extends JourneyPlace {
  first: TracePageFragment
  /** What the first page was asked with, and the height that it is as of; without one, it is as of now. */
  asked: { trace: TraceInput; height?: string }
  /** Has the page stay as of the block that it shows. */
  hold: () => void
}

/** Which way a page looks: `?way=forward` shows where units went; otherwise, where they came from. */
export const directionIn = (query: URLSearchParams): 'BACKWARD' | 'FORWARD' =>
  query.get('way') === 'forward' ? 'FORWARD' : 'BACKWARD'

/** A journey: which way and as of when, its picture, and the same in tables. */
export function JourneyView({ first, asked, hold, ...place }: JourneyViewProps) {
  const state = useJourney(first, asked.trace, hold)
  const { journey } = state
  const title = words.titles[journey.direction]
  const { start, direction, offset, length } = asked.trace
  const certified = { start, direction, offset, length, atHeight: asked.height }
  const fileName = `certificate-${place.path.slice(1).replace(/[^\w.-]+/g, '-')}`
  return (
    <Section title={words.heading} aside={<Ways {...place} />}>
      <Slider {...place} journey={journey} isPast={asked.height !== undefined} />
      {journey.steps.length === 0 ? (
        <p class="muted">{words.nothing}</p>
      ) : (
        <>
          <VerifyHere key={JSON.stringify(certified)} subject={{ input: certified }} name={fileName} />
          <Partial {...state} />
          <Pictures journey={journey} title={title} />
          <h3>{words.table}</h3>
          <HopTable journey={journey} caption={words.tableCaption(title)} />
          <h3>{words.ends[journey.direction]}</h3>
          <EndTable journey={journey} caption={words.ends[journey.direction]} />
        </>
      )}
    </Section>
  )
}

/** Links to both directions. */
function Ways({ path, query }: JourneyPlace) {
  const direction = directionIn(query)
  return (
    <nav class="choices" aria-label={words.ways}>
      {(['BACKWARD', 'FORWARD'] as const).map((each) => (
        <a
          key={each}
          href={withQuery(path, query, { way: each === 'FORWARD' ? 'forward' : undefined })}
          aria-current={each === direction ? 'true' : undefined}
        >
          {words.titles[each]}
        </a>
      ))}
    </nav>
  )
}

function Slider({ journey, ...place }: JourneyPlace & { journey: SeenJourney; isPast: boolean }) {
  const { head } = useLive()
  const seen = useRef(new Set<number>())
  for (const { record } of journey.steps) seen.current.add(record.height)
  const newest = Math.max(Number(head?.finalizedHeight ?? 0), place.height)
  return <HeightSlider {...place} newest={newest} changes={[...seen.current].sort((a, b) => a - b)} />
}

/** The line of a single unit, the flow of several; both, where a single unit leads on to others. */
function Pictures({ journey, title }: { journey: SeenJourney; title: string }) {
  const isOne = isLine(journey)
  const leadsOn = journey.steps.some(({ behind }) => behind !== null)
  return (
    <>
      {isOne ? <CustodyLine journey={journey} /> : null}
      {!isOne || leadsOn ? <Flow journey={journey} title={title} /> : null}
    </>
  )
}

/** Says that a journey is not whole, loads more of it, and says where the rest is. */
function Partial({ journey, more, isLoading, failure }: JourneyState) {
  const { next, isCutOff, steps } = journey
  if (next === null && !isCutOff) return null
  const { code } = steps[0]!.record.asset
  return (
    <div class="notice">
      <p>
        <strong>{words.partial}</strong>{' '}
        {next === null ? words.cutOff : words.loaded(formatCount(steps.length))}
        {next !== null && steps.length >= MAX_HOPS ? ` ${words.most(formatCount(MAX_HOPS))}` : null}
      </p>
      {failure === undefined ? null : <FailureNotice failure={failure} reload={() => more?.()} isPartial />}
      {more === undefined && !isLoading ? null : (
        <p>
          <button type="button" onClick={more} disabled={isLoading} aria-busy={isLoading}>
            {isLoading ? texts.loading : words.more}
          </button>
        </p>
      )}
      <p>
        {words.recordsOf(brief(code))} <ExportLinks list="transfers" filter={{ asset: code }} />
      </p>
    </div>
  )
}
