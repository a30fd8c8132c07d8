import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { ask, RequestFailure } from '../data/request.ts'
import { type TraceInput, TraceMoreDocument, type TracePageFragment } from '../generated/operations.ts'
import { type SeenJourney, withPage } from './journey.ts'

/** Hops of each further page, and pages that are loaded at a time. */
const MORE_HOPS = 500
const MORE_PAGES = 4

/** A journey as far as it was loaded. */
export interface JourneyState {
  journey: SeenJourney
  /** Loads the next page; undefined if there is none, or while one is on its way. */
  more: (() => void) | undefined
  isLoading: boolean
  failure: RequestFailure | undefined
}

/** The pages that followed a first one. */
interface Further {
  first: TracePageFragment
  pages: readonly TracePageFragment[]
  failure?: RequestFailure
}

/**
 * A journey from its first page on. Further pages are as of the block of the first one, whatever came since; they are forgotten when another first page comes.
 * @param input what the first page was asked with
 * @param hold has the page stay as of the block of the first page
 */
export function useJourney(first: TracePageFragment, input: TraceInput, hold: () => void): JourneyState {
  const [further, setFurther] = useState<Further>({ first, pages: [] })
  const [isLoading, setLoading] = useState(false)
  const running = useRef<AbortController | undefined>(undefined)
  const { pages, failure } = further.first === first ? further : { pages: [], failure: undefined }
  const direction = input.direction ?? 'BACKWARD'
  const journey = useMemo(
    () => pages.reduce((before, page) => withPage(page, direction, before), withPage(first, direction)),
    [first, pages, direction],
  )
  useEffect(() => () => running.current?.abort(), [first])
  const more = () => {
    const controller = new AbortController()
    running.current = controller
    setLoading(true)
    hold()
    loadMore(first, pages, input, journey.next, controller.signal, setFurther).finally(() =>
      setLoading(false),
    )
  }
  return { journey, isLoading, failure, more: journey.next === null || isLoading ? undefined : more }
}

/** Loads pages one after the other, and tells of each. */
async function loadMore(
  first: TracePageFragment,
  before: readonly TracePageFragment[],
  input: TraceInput,
  cursor: string | null,
  signal: AbortSignal,
  tell: (further: Further) => void,
): Promise<void> {
  let [pages, after] = [before, cursor]
  try {
    for (let page = 0; page < MORE_PAGES && after !== null; page++) {
      const { data } = await ask(TraceMoreDocument, { trace: { ...input, first: MORE_HOPS, after } }, signal)
      if (data.trace === null) throw new RequestFailure('BAD_ANSWER')
      pages = [...pages, data.trace]
      after = data.trace.endCursor
      tell({ first, pages })
    }
  } catch (error) {
    if (signal.aborted) return
    tell({
      first,
      pages,
      failure: error instanceof RequestFailure ? error : new RequestFailure('BAD_ANSWER'),
    })
  }
}
