import type { RejectionData } from '../ledger/rejection.ts'
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
  if (PASSING.has(code) || data.retry === true) return 'later'
  return ERA_CODES.has(code) ? 'new era' : undefined
}

interface GraphQLAnswer<T> {
  data?: T | null
  errors?: { message: string; extensions?: { code?: string; data?: RejectionData } }[]
  extensions?: { height?: string }
}

/** Milliseconds to wait for an answer: longer than a server with default limits takes for `wait: FINAL` (`timeoutMs` and `waitMs`). */
export const PATIENCE_MS = 90_000

/** Runs a query or a mutation. @throws ClientError */
export async function request<T>(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<T> {
  const response = await post(url, 'application/graphql-response+json, application/json', {
    query,
    variables,
  })
  let answer: GraphQLAnswer<T>
  try {
    answer = (await response.json()) as GraphQLAnswer<T>
  } catch (cause) {
    throw new ClientError(
      'API_UNREACHABLE',
      `${url} does not answer in GraphQL (HTTP ${response.status})`,
      {},
      cause,
    )
  }
  return dataOf(answer)
}

/** Options for continuing a subscription after the connection was lost. */
export interface SubscribeOptions<T> {
  signal?: AbortSignal
  /**
   * Returns the variables to change when subscribing again, computed from the last event (e.g. `after`: its height or cursor). With it, the
   * subscription survives lost connections and restarts of the server. Without it, a lost connection throws.
   */
  resume?: (last: T) => Record<string, unknown>
}

const FIRST_PAUSE_MS = 100
const MAX_PAUSE_MS = 5_000

/** Subscribes over Server-Sent Events, until `signal` aborts or, without `resume`, the server completes it. @throws ClientError */
export async function* subscribe<T>(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
  { signal = new AbortController().signal, resume }: SubscribeOptions<T> = {},
): AsyncGenerator<T> {
  let last: T | undefined
  let pauseMs = FIRST_PAUSE_MS
  while (!signal.aborted) {
    const again = last === undefined ? {} : resume?.(last)
    try {
      for await (const answer of subscribeOnce<T>(url, query, { ...variables, ...again }, signal)) {
        last = answer
        pauseMs = FIRST_PAUSE_MS
        yield answer
      }
      if (resume === undefined) return
    } catch (error) {
      if (signal.aborted) return
      if (resume === undefined || !(error instanceof ClientError) || remedyOf(error) !== 'later') throw error
    }
    await pause(pauseMs, signal)
    pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 2)
  }
}

async function* subscribeOnce<T>(
  url: string,
  query: string,
  variables: Record<string, unknown>,
  signal: AbortSignal,
): AsyncGenerator<T> {
  const response = await post(url, 'text/event-stream', { query, variables }, signal)
  if (!response.headers.get('content-type')?.includes('text/event-stream') || !response.body) {
    dataOf((await response.json()) as GraphQLAnswer<T>)
    return
  }
  for await (const { event, data } of serverSentEvents(lossAware(response.body, url))) {
    if (event === 'complete') return
    if (data !== '') yield dataOf(JSON.parse(data) as GraphQLAnswer<T>)
  }
  throw new ClientError('API_UNREACHABLE', `the connection to ${url} ended`)
}

/** The chunks of a response body. @throws ClientError if the body ends with an error */
async function* lossAware(body: ReadableStream<Uint8Array>, url: string): AsyncGenerator<Uint8Array> {
  // Not every browser supports async iteration over streams.
  const reader = body.getReader()
  try {
    for (;;) {
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

async function post(url: string, accept: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify(body),
      signal: signal ?? AbortSignal.timeout(PATIENCE_MS),
    })
  } catch (cause) {
    if (signal?.aborted) throw cause
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
