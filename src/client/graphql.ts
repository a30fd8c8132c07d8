import type { RejectionData } from '../ledger/rejection.ts'

/** The server's answer was an error, or no answer: `code` is one of PROTOCOL.md, "Rejections", or API_UNREACHABLE. */
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

interface GraphQLAnswer<T> {
  data?: T | null
  errors?: { message: string; extensions?: { code?: string; data?: RejectionData } }[]
  extensions?: { height?: string }
}

const TIMEOUT_MS = 60_000

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

/** Subscribes over Server-Sent Events; ends when the server does or `signal` aborts. @throws ClientError */
export async function* subscribe<T>(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
  signal?: AbortSignal,
): AsyncGenerator<T> {
  const response = await post(
    url,
    'text/event-stream',
    { query, variables },
    signal ?? new AbortController().signal,
  )
  if (!response.headers.get('content-type')?.includes('text/event-stream') || !response.body) {
    dataOf((await response.json()) as GraphQLAnswer<T>)
    return
  }
  for await (const { event, data } of serverSentEvents(response.body)) {
    if (event === 'complete') return
    if (data !== '') yield dataOf(JSON.parse(data) as GraphQLAnswer<T>)
  }
}

async function post(url: string, accept: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify(body),
      signal: signal ?? AbortSignal.timeout(TIMEOUT_MS),
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
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<{ event: string; data: string }> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
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
