import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { useLive } from './live.ts'
import { type Answer, ask, RequestFailure } from './request.ts'
import type { TypedDocument } from './typed-document.ts'

/** Milliseconds between two requests of a page that follows the chain. */
const PACE_MS = 1_000
/** Milliseconds until what has failed is asked again. */
const RETRY_MS = 5_000
/** The same while the subscription is not there either: the server is likely to be away. */
const AWAY_RETRY_MS = 30_000
/** Codes of failures that pass by themselves. */
const PASSING: ReadonlySet<string> = new Set([
  'UNREACHABLE',
  'TIMEOUT',
  'BAD_ANSWER',
  'TOO_MANY_REQUESTS',
  'NOT_AVAILABLE',
  'INTERNAL',
])

/** Whether a failure passes by itself, so that the page asks again. */
export const isPassing = ({ code }: RequestFailure): boolean => PASSING.has(code)

/** What a page knows of its one request. */
export interface QueryState<Result> {
  /** The newest answer; it stays while a newer one is on its way, and when that fails. */
  answer: Answer<Result> | undefined
  /** Why the newest request has no answer. */
  failure: RequestFailure | undefined
  isLoading: boolean
  reload: () => void
}

/** Whether the server says that what a page is about does not exist, and not that it could not be read. */
export const isMissing = <Result>(
  { answer }: Pick<QueryState<Result>, 'answer'>,
  name: keyof Result,
): boolean => answer?.data[name] === null && !answer.faults.some(isPassing)

interface Settled<Result> {
  key: string
  answer?: Answer<Result>
  failure?: RequestFailure | undefined
}

/**
 * Asks what a page shows, again when the variables change, and, if it `follows` the chain, after new blocks while the page can be seen. What failed
 * for a reason that passes is asked again.
 */
export function useQuery<Result, Variables>(
  document: TypedDocument<Result, Variables>,
  variables: Variables,
  { follows = false } = {},
): QueryState<Result> {
  const key = JSON.stringify([document, variables])
  const [settled, setSettled] = useState<Settled<Result>>({ key })
  const [isLoading, setLoading] = useState(true)
  const running = useRef<AbortController | undefined>(undefined)
  const askedAt = useRef(0)
  const reload = useCallback(() => {
    running.current?.abort()
    const controller = new AbortController()
    running.current = controller
    askedAt.current = performance.now()
    setLoading(true)
    const settle = (change: Partial<Settled<Result>>) => {
      if (controller.signal.aborted) return
      setSettled((before) => ({ ...(before.key === key ? before : {}), failure: undefined, ...change, key }))
      setLoading(false)
    }
    ask(document, variables, controller.signal).then(
      (answer) => settle({ answer }),
      (error: unknown) =>
        settle({ failure: error instanceof RequestFailure ? error : new RequestFailure('BAD_ANSWER') }),
    )
  }, [key])
  useEffect(() => {
    reload()
    return () => running.current?.abort()
  }, [reload])
  const { answer, failure } = settled.key === key ? settled : {}
  useFollow({ follows, isLoading, answer, failure, askedAt: askedAt.current }, reload)
  return { answer, failure, isLoading, reload }
}

interface Following {
  follows: boolean
  isLoading: boolean
  /** What the page shows. */
  answer: { height?: string | undefined } | undefined
  failure: RequestFailure | undefined
  /** When the page asked last, on the clock of `performance.now`. */
  askedAt: number
}

/** Calls `reload` when the chain has gone on, at the pace of PACE_MS, and after failures that pass. */
function useFollow({ follows, isLoading, answer, failure, askedAt }: Following, reload: () => void): void {
  const { head, connection } = useLive()
  const isVisible = useVisible()
  const isBehind = follows && head !== undefined && BigInt(head.finalizedHeight) > BigInt(answer?.height ?? 0)
  const hasFailed = failure !== undefined
  const isShown = answer !== undefined
  const isDue = hasFailed ? isPassing(failure) : isBehind
  useEffect(() => {
    // Without its subscription, a page that shows something waits; one that shows nothing goes on trying, as it says.
    if (!isDue || isLoading || !isVisible || (connection !== 'live' && isShown)) return
    const pause = hasFailed
      ? Math.max(connection === 'live' ? RETRY_MS : AWAY_RETRY_MS, failure.retryAfterMs)
      : PACE_MS
    const timer = setTimeout(reload, Math.max(0, askedAt + pause - performance.now()))
    return () => clearTimeout(timer)
  }, [isDue, isLoading, isVisible, connection, hasFailed, isShown, askedAt, failure, reload])
}

function useVisible(): boolean {
  const [isVisible, setVisible] = useState(true)
  useEffect(() => {
    const look = () => setVisible(document.visibilityState === 'visible')
    look()
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [])
  return isVisible
}
