import { chunksOf, linesOf } from '../http/answer-body.ts'
import { pause } from '../process/pause.ts'
import { answerIn, ClientError, dataOf, parseAnswer, post, remedyOf, tooLarge, waitOf } from './graphql.ts'

/** Options for continuing a subscription after the connection was lost. */
export interface SubscribeOptions<T> {
  signal?: AbortSignal
  /**
   * Returns the variables to change when subscribing again, computed from the last event (e.g. `after`: its height or cursor). With it, the
   * subscription survives lost connections and restarts of the server. Without it, a lost connection throws.
   */
  resume?: (last: T) => Record<string, unknown>
  /** Milliseconds without a byte after which the connection counts as lost. Default SILENCE_MS. */
  silenceMs?: number
}

/** A server sends something every ten seconds, so a connection that is silent for as long as this is half-open. */
export const SILENCE_MS = 30_000

/** Milliseconds between attempts, at first and at most; half of it at random, so that many clients do not come back at once. */
const FIRST_PAUSE_MS = 100
const MAX_PAUSE_MS = 5_000

/** Subscribes over Server-Sent Events, until `signal` aborts or, without `resume`, the server completes it. @throws ClientError */
export async function* subscribe<T>(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
  { signal = new AbortController().signal, resume, silenceMs = SILENCE_MS }: SubscribeOptions<T> = {},
): AsyncGenerator<T> {
  let last: T | undefined
  let pauseMs = FIRST_PAUSE_MS
  while (!signal.aborted) {
    const again = last === undefined ? {} : resume?.(last)
    let askedMs = 0
    const startedMs = performance.now()
    try {
      for await (const answer of subscribeOnce<T>(
        url,
        query,
        { ...variables, ...again },
        signal,
        silenceMs,
      )) {
        last = answer
        yield answer
      }
      if (resume === undefined) return
    } catch (error) {
      if (signal.aborted) return
      if (resume === undefined || !(error instanceof ClientError) || remedyOf(error) !== 'later') throw error
      askedMs = waitOf(error) ?? 0
    }
    // A connection that is made and lost at once does not begin anew.
    if (performance.now() - startedMs > MAX_PAUSE_MS) pauseMs = FIRST_PAUSE_MS
    await pause(Math.max(pauseMs * (0.5 + Math.random() / 2), askedMs), signal)
    pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 2)
  }
}

async function* subscribeOnce<T>(
  url: string,
  query: string,
  variables: Record<string, unknown>,
  signal: AbortSignal,
  silenceMs: number,
): AsyncGenerator<T> {
  const lost = new AbortController()
  const watch = new Watch(silenceMs, () => lost.abort())
  const abort = () => lost.abort()
  signal.addEventListener('abort', abort)
  if (signal.aborted) abort()
  try {
    const response = await post(url, { accept: 'text/event-stream' }, { query, variables }, lost.signal)
    if (!response.headers.get('content-type')?.includes('text/event-stream') || !response.body) {
      dataOf(await answerIn<T>(response, url))
      return
    }
    for await (const { event, data } of serverSentEvents(lossAware(response, url, watch), url)) {
      if (event === 'complete') return
      if (data === '') continue
      // However long the caller takes with an event, the connection is not to blame.
      watch.stop()
      yield dataOf(parseAnswer<T>(data, `${url} does not send events of GraphQL`))
    }
    throw new ClientError('API_UNREACHABLE', `the connection to ${url} ended`)
  } finally {
    watch.stop()
    signal.removeEventListener('abort', abort)
  }
}

/** Calls `onSilence` when nothing was heard for `ms`. */
class Watch {
  readonly #ms: number
  readonly #onSilence: () => void
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(ms: number, onSilence: () => void) {
    this.#ms = ms
    this.#onSilence = onSilence
    this.start()
  }

  start(): void {
    this.stop()
    this.#timer = setTimeout(this.#onSilence, this.#ms)
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}

/** The chunks of a response body. @throws ClientError if the body ends with an error or is silent for too long */
async function* lossAware(response: Response, url: string, watch: Watch): AsyncGenerator<Uint8Array> {
  const chunks = chunksOf(response)
  try {
    for (;;) {
      watch.start()
      const { done, value } = await chunks.next().catch((cause) => {
        throw new ClientError('API_UNREACHABLE', `the connection to ${url} broke off`, {}, cause)
      })
      if (done) return
      yield value
    }
  } finally {
    await chunks.return(undefined)
  }
}

/** Characters of an event that are read at most: twice what a server with default limits sends in bytes (`eventBytes`). */
export const MAX_EVENT_LENGTH = 8 * 1024 * 1024

/** The events of a stream (HTML, 9.2.6). @throws ClientError RESPONSE_TOO_LARGE */
async function* serverSentEvents(
  body: AsyncIterable<Uint8Array>,
  url: string,
): AsyncGenerator<{ event: string; data: string }> {
  const isTooLarge = () => tooLarge(`${url} sends an event of more than ${MAX_EVENT_LENGTH} characters`)
  let event = ''
  let data: string[] = []
  let length = 0
  for await (const lines of linesOf(body, MAX_EVENT_LENGTH, isTooLarge))
    for (const line of lines) {
      if (line === '') {
        yield { event, data: data.join('\n') }
        event = ''
        data = []
        length = 0
        continue
      }
      length += line.length + 1
      if (length > MAX_EVENT_LENGTH) throw isTooLarge()
      if (line.startsWith('event:')) event = line.slice('event:'.length).trimStart()
      if (line.startsWith('data:')) data.push(line.slice('data:'.length).trimStart())
    }
}
