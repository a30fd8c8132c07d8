import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { ask, RequestFailure } from '../data/request.ts'
import { type TraceInput, TraceMoreDocument, type TracePageFragment } from '../generated/operations.ts'
import { type SeenJourney, withPage } from './journey.ts'

/** Hops of each further page, and pages that are loaded at a time. */
const MORE_HOPS = 500
const MORE_PAGES = 4
/** Hops after which no more are loaded: what a browser draws and lists without a noticeable wait. */
export const MAX_HOPS = 10_000

/** Milliseconds to wait, at most, when the server has had too many requests. */
const MAX_PAUSE_MS = 10_000

/** A journey as far as it was loaded. */
export interface JourneyState {
  journey: SeenJourney
  /** Loads the next pages; undefined if there are none, or none are shown, or while some are on their way. */
  more: (() => void) | undefined
  isLoading: boolean
  failure: RequestFailure | undefined
}

/** A journey with the pages that followed a first one. */
interface Further {
  first: TracePageFragment
  journey: SeenJourney
  failure?: RequestFailure
}

/**
 * A journey from its first page on. Further pages are as of the block of the first one, whatever came since; they are forgotten when another first page comes.
 * @param input what the first page was asked with
 * @param hold has the page stay as of the block of the first page
 */
export function useJourney(first: TracePageFragment, input: TraceInput, hold: () => void): JourneyState {
  const begun = useMemo(() => withPage(first, input.direction ?? 'BACKWARD'), [first, input.direction])
  const [further, setFurther] = useState<Further>()
  const [isLoading, setLoading] = useState(false)
  const running = useRef<AbortController | undefined>(undefined)
  const { journey, failure } = further?.first === first ? further : { journey: begun, failure: undefined }
  useEffect(() => () => running.current?.abort(), [first])
  const more = () => {
    const controller = new AbortController()
    running.current = controller
    setLoading(true)
    hold()
    loadMore({ first, journey }, input, controller.signal, setFurther).finally(() => setLoading(false))
  }
  const hasMore = journey.next !== null && journey.steps.length < MAX_HOPS
  return { journey, isLoading, failure, more: hasMore && !isLoading ? more : undefined }
}

/** Loads pages one after the other, and tells of each. */
async function loadMore(
  { first, journey }: Further,
  input: TraceInput,
  signal: AbortSignal,
  tell: (further: Further) => void,
): Promise<void> {
  let seen = journey
  try {
    for (let page = 0; page < MORE_PAGES && seen.next !== null && seen.steps.length < MAX_HOPS; page++) {
      const most = Math.min(MORE_HOPS, MAX_HOPS - seen.steps.length)
      const trace = { ...input, first: most, after: seen.next }
      const { data, faults } = await patiently(() => ask(TraceMoreDocument, { trace }, signal), signal)
      if (data.trace === null) throw faults[0] ?? new RequestFailure('NOT_FOUND')
      seen = withPage(data.trace, seen.direction, seen)
      tell({ first, journey: seen })
    }
  } catch (error) {
    if (signal.aborted) return
    const failure = error instanceof RequestFailure ? error : new RequestFailure('BAD_ANSWER')
    tell({ first, journey: seen, failure })
  }
}

/** Asks, and once more when the server says that the visitor asks too fast. */
async function patiently<Result>(asking: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  try {
    return await asking()
  } catch (error) {
    if (!(error instanceof RequestFailure) || error.code !== 'TOO_MANY_REQUESTS') throw error
    const pause = Math.min(error.retryAfterMs, MAX_PAUSE_MS)
    await new Promise((resolve) => setTimeout(resolve, pause))
    signal.throwIfAborted()
    return asking()
  }
}
