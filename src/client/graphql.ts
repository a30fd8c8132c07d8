import { isAhead, type RejectionData } from '../ledger/rejection.ts'
import { pause } from '../process/pause.ts'

/** The server returned an error or could not be reached. `code` is one of PROTOCOL.md, "Rejections", or API_UNREACHABLE. */
export class ClientError extends Error {
  readonly code: string
  readonly data: RejectionData

  constructor(code: string, message: string, data: RejectionData = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'ClientError'
    this.code = code
    this.data = data
  }
}

/** Codes of temporary conditions: the pool is full, or the node or its API is not available. The same request may be sent again later. */
const PASSING: ReadonlySet<string> = new Set([
  'POOL_FULL',
  'NOT_READY',
  'HEIGHT_NOT_REACHED',
  'TIMEOUT',
  'TOO_MANY_REQUESTS',
  'API_UNREACHABLE',
  'INTERNAL',
])
/** Codes that require a new era: the action must be signed again, with the first era that the node accepts now. */
const ERA_CODES: ReadonlySet<string> = new Set(['ERA_TOO_SOON', 'ERA_EXPIRED', 'ERA_TOO_FAR'])

/** How to react to an error or a rejection: send the same request `later`, sign with a `new era`, or undefined if neither helps. */
export function remedyOf({
  code,
  data,
}: {
  code: string
  data: Readonly<Record<string, unknown>>
}): 'later' | 'new era' | undefined {
  if (PASSING.has(code) || data.retry === true || isAhead({ code, data })) return 'later'
  return ERA_CODES.has(code) ? 'new era' : undefined
}

interface GraphQLAnswer<T> {
  data?: T | null
  errors?: { message: string; extensions?: { code?: string; data?: RejectionData } }[]
  extensions?: { height?: string }
}

/** Milliseconds to wait for an answer: longer than a server with default limits takes for `wait: FINAL` (`timeoutMs` and `waitMs`). */
export const PATIENCE_MS = 90_000

/** What a server answered, and the height that the answer is as of. */
export interface Answered<T> {
  data: T
  height: number | undefined
}

/**
 * Runs a query or a mutation. A server that has too many requests says when to come again; that is done, for as long as PATIENCE_MS.
 * @param minHeight height that a query must see
 * @throws ClientError
 */
export async function request<T>(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
  minHeight?: number,
): Promise<Answered<T>> {
  return withPatience(() => requestOnce(url, query, variables, minHeight))
}

/** Makes an attempt, and again after the time that a server names which has too many requests, for as long as PATIENCE_MS. */
export async function withPatience<T>(attempt: () => Promise<T>): Promise<T> {
  for (const deadline = performance.now() + PATIENCE_MS; ; ) {
    try {
      return await attempt()
    } catch (error) {
      const waitMs = error instanceof ClientError ? waitOf(error) : undefined
      if (waitMs === undefined || performance.now() + waitMs > deadline) throw error
      await pause(waitMs, NEVER)
    }
  }
}

/** Nothing ends the wait for a server that has too many requests: it is short, and bounded. */
const NEVER = new AbortController().signal

/** Milliseconds after which a server takes a request that it has refused, and not begun, for having too many. */
function waitOf({ code, data }: ClientError): number | undefined {
  const waitMs = Number(data.retryAfterMs)
  return code === 'TOO_MANY_REQUESTS' && waitMs > 0 ? waitMs : undefined
}

async function requestOnce<T>(
  url: string,
  query: string,
  variables: Record<string, unknown>,
  minHeight: number | undefined,
): Promise<Answered<T>> {
  const accept = 'application/graphql-response+json, application/json'
  const headers = { accept, ...(minHeight === undefined ? {} : { 'inpigritas-min-height': `${minHeight}` }) }
  const response = await post(url, headers, { query, variables }, AbortSignal.timeout(PATIENCE_MS))
  let answer: GraphQLAnswer<T>
  try {
    answer = JSON.parse(await boundedText(response, url)) as GraphQLAnswer<T>
  } catch (cause) {
    if (cause instanceof ClientError) throw cause
    throw new ClientError(
      'API_UNREACHABLE',
      `${url} does not answer in GraphQL (HTTP ${response.status})`,
      {},
      cause,
    )
  }
  const height = answer.extensions?.height
  return { data: dataOf(answer), height: height === undefined ? undefined : Number(height) }
}

/** Bytes of an answer that are read at most: twice what a server with default limits sends. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024

/** The body of a response. @throws ClientError RESPONSE_TOO_LARGE */
async function boundedText(response: Response, url: string): Promise<string> {
  const reader = response.body?.getReader()
  if (reader === undefined) return ''
  const decoder = new TextDecoder()
  let text = ''
  for (let bytes = 0; ; ) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.length
    if (bytes > MAX_ANSWER_BYTES) {
      await reader.cancel().catch(() => {})
      throw new ClientError('RESPONSE_TOO_LARGE', `${url} answers with more than ${MAX_ANSWER_BYTES} bytes`)
    }
    text += decoder.decode(value, { stream: true })
  }
}

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
    try {
      for await (const answer of subscribeOnce<T>(
        url,
        query,
        { ...variables, ...again },
        signal,
        silenceMs,
      )) {
        last = answer
        pauseMs = FIRST_PAUSE_MS
        yield answer
      }
      if (resume === undefined) return
    } catch (error) {
      if (signal.aborted) return
      if (resume === undefined || !(error instanceof ClientError) || remedyOf(error) !== 'later') throw error
      askedMs = waitOf(error) ?? 0
    }
    await pause(Math.max(pauseMs, askedMs), signal)
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
      dataOf((await response.json()) as GraphQLAnswer<T>)
      return
    }
    for await (const { event, data } of serverSentEvents(lossAware(response.body, url, watch))) {
      if (event === 'complete') return
      if (data === '') continue
      // However long the caller takes with an event, the connection is not to blame.
      watch.stop()
      yield dataOf(JSON.parse(data) as GraphQLAnswer<T>)
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
async function* lossAware(
  body: ReadableStream<Uint8Array>,
  url: string,
  watch: Watch,
): AsyncGenerator<Uint8Array> {
  // Not every browser supports async iteration over streams.
  const reader = body.getReader()
  try {
    for (;;) {
      watch.start()
      const { done, value } = await reader.read().catch((cause) => {
        throw new ClientError('API_UNREACHABLE', `the connection to ${url} broke off`, {}, cause)
      })
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}

/** Servers on this machine: to compress and unpack an answer takes more time than it saves on the way. */
const LOCAL = /^https?:\/\/(localhost|127(\.\d+){3}|\[::1\])(:\d+)?\//
/** Asks for answers as they are. Browsers ignore it. */
const PLAIN = { 'accept-encoding': 'identity' }

async function post(
  url: string,
  headers: Record<string, string>,
  body: unknown,
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(LOCAL.test(url) ? PLAIN : {}), ...headers },
      body: JSON.stringify(body),
      signal,
    })
  } catch (cause) {
    throw new ClientError('API_UNREACHABLE', `nothing answers at ${url}`, {}, cause)
  }
}

function dataOf<T>({ data, errors }: GraphQLAnswer<T>): T {
  const [error] = errors ?? []
  if (error)
    throw new ClientError(error.extensions?.code ?? 'INTERNAL', error.message, error.extensions?.data ?? {})
  if (data === null || data === undefined)
    throw new ClientError('INTERNAL', 'the server answered without data')
  return data
}

async function* serverSentEvents(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ event: string; data: string }> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n')
      text = text.slice(end + 2)
      const field = (name: string) =>
        lines
          .filter((line) => line.startsWith(`${name}:`))
          .map((line) => line.slice(name.length + 1).trimStart())
          .join('\n')
      yield { event: field('event'), data: field('data') }
    }
  }
}
