import { wholeText } from '../http/answer-body.ts'
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

/** What a server answers to a request, or sends as an event. */
export interface GraphQLAnswer<T> {
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
export function waitOf({ code, data }: ClientError): number | undefined {
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
  const answer = await answerIn<T>(response, url)
  const height = answer.extensions?.height
  return { data: dataOf(answer), height: height === undefined ? undefined : Number(height) }
}

/** Bytes of an answer that are read at most: twice what a server with default limits sends. */
export const MAX_ANSWER_BYTES = 32 * 1024 * 1024

/** The answer in a response. @throws ClientError RESPONSE_TOO_LARGE; API_UNREACHABLE if it is not one of GraphQL */
export async function answerIn<T>(response: Response, url: string): Promise<GraphQLAnswer<T>> {
  const text = await wholeText(response, MAX_ANSWER_BYTES).catch((cause) => {
    throw new ClientError('API_UNREACHABLE', `the connection to ${url} broke off`, {}, cause)
  })
  if (text === undefined) throw tooLarge(`${url} answers with more than ${MAX_ANSWER_BYTES} bytes`)
  const foreign = `${url} does not answer as an API of Inpigritas (HTTP ${response.status})`
  // At its path, an API has an answer to everything that is asked.
  if (response.status === 404) throw new ClientError('API_UNREACHABLE', foreign)
  return parseAnswer(text, foreign)
}

/** Reads an answer or an event. @throws ClientError API_UNREACHABLE with `message` if it is not one of GraphQL */
export function parseAnswer<T>(text: string, message: string): GraphQLAnswer<T> {
  try {
    const answer: GraphQLAnswer<T> | null = JSON.parse(text)
    if (typeof answer !== 'object' || answer === null) throw new TypeError('it is no object')
    if (!Array.isArray(answer.errors ?? [])) throw new TypeError('its errors are no list')
    if (answer.errors === undefined && answer.data === undefined)
      throw new TypeError('it has neither data nor errors')
    return answer
  } catch (cause) {
    throw new ClientError('API_UNREACHABLE', message, {}, cause)
  }
}

/** What is more than a client takes from a server. */
export function tooLarge(message: string): ClientError {
  return new ClientError('RESPONSE_TOO_LARGE', message)
}

/** Servers on this machine: to compress and unpack an answer takes more time than it saves on the way. */
const LOCAL = /^https?:\/\/(localhost|127(\.\d+){3}|\[::1\])(:\d+)?\//
/** Asks for answers as they are. Browsers ignore it. */
const PLAIN = { 'accept-encoding': 'identity' }

/** Sends a request. @throws ClientError API_UNREACHABLE */
export async function post(
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

/** The data of an answer. @throws ClientError that the answer states, or INTERNAL without data */
export function dataOf<T>({ data, errors }: GraphQLAnswer<T>): T {
  const [error] = errors ?? []
  if (error)
    throw new ClientError(error.extensions?.code ?? 'INTERNAL', error.message, error.extensions?.data ?? {})
  if (data === null || data === undefined)
    throw new ClientError('INTERNAL', 'the server answered without data')
  return data
}
