import type { TypedDocument } from './typed-document.ts'

/** Milliseconds to wait for an answer: longer than a query may run and wait at a server with default limits. */
const PATIENCE_MS = 25_000
/** Most bytes of an answer: a page of a list has a hundredth of them. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024
/** Most milliseconds that a server may tell the page to wait before it asks again. */
const MAX_RETRY_AFTER_MS = 600_000

/** What the server answered. */
export interface Answer<Result> {
  data: Result
  /** Height of the block that the answer is as of; undefined where it is the same at every height. */
  height: string | undefined
  /** Codes of what the request names and the chain does not know. */
  hints: string[]
  /** Why parts of the answer are missing. */
  faults: RequestFailure[]
}

/** Why there is no answer: a code of the server (docs/errors.md), or UNREACHABLE, TIMEOUT or BAD_ANSWER. */
export class RequestFailure extends Error {
  readonly code: string
  readonly data: Readonly<Record<string, unknown>>

  constructor(code: string, message = '', data: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.name = 'RequestFailure'
    this.code = code
    this.data = data
  }

  /** Milliseconds after which the server wants to be asked again, as it says; 0 if it does not. */
  get retryAfterMs(): number {
    const ms = this.data.retryAfterMs
    return typeof ms === 'number' && ms > 0 ? Math.min(ms, MAX_RETRY_AFTER_MS) : 0
  }
}

/** What an answer may have; nothing of it is checked. */
interface WireAnswer<Result> {
  data?: Result | null
  errors?: unknown
  extensions?: { height?: unknown; hints?: unknown } | null
}

/**
 * Asks the server that the page came from. What is around the data is checked; the data itself is what the operation asked for, if the server is honest.
 * @param signal ends the request
 * @param maxBytes of the answer
 * @throws RequestFailure, or the reason of `signal`
 */
export async function ask<Result, Variables>(
  document: TypedDocument<Result, Variables>,
  variables: Variables,
  signal: AbortSignal,
  maxBytes = MAX_ANSWER_BYTES,
): Promise<Answer<Result>> {
  const late = AbortSignal.timeout(PATIENCE_MS)
  let answer: WireAnswer<Result>
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
      },
      body: JSON.stringify({ query: document, variables }),
      signal: AbortSignal.any([signal, late]),
    })
    answer = parsed(await textOf(response, maxBytes))
  } catch (error) {
    if (signal.aborted || error instanceof RequestFailure) throw error
    throw new RequestFailure(late.aborted ? 'TIMEOUT' : 'UNREACHABLE')
  }
  const { data, errors, extensions } = answer
  const faults = listOf(errors).map(failureOf)
  if (typeof data !== 'object' || data === null) throw faults[0] ?? new RequestFailure('BAD_ANSWER')
  const { height, hints } = extensions ?? {}
  if (height !== undefined && !isHeight(height)) throw new RequestFailure('BAD_ANSWER')
  return { data, height, hints: listOf(hints).flatMap((hint) => textIn(hint, 'code') ?? []), faults }
}

/** Whether a value is a height as the server writes it. */
export const isHeight = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{1,15}$/.test(value)

/** The body of a response, which is given up where it is longer than `maxBytes`. */
async function textOf({ body }: Response, maxBytes: number): Promise<string> {
  if (body === null) return ''
  const decoder = new TextDecoder()
  const reader = body.getReader()
  let text = ''
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.length
    if (bytes > maxBytes) {
      void reader.cancel()
      throw new RequestFailure('BAD_ANSWER')
    }
    text += decoder.decode(value, { stream: true })
  }
}

function parsed<Result>(text: string): WireAnswer<Result> {
  try {
    const answer: unknown = JSON.parse(text)
    if (typeof answer === 'object' && answer !== null) return answer
  } catch {
    // What a proxy answers, for example.
  }
  throw new RequestFailure('BAD_ANSWER')
}

function failureOf(error: unknown): RequestFailure {
  const extensions = partOf(error, 'extensions')
  const data = partOf(extensions, 'data')
  return new RequestFailure(
    textIn(extensions, 'code') ?? 'BAD_ANSWER',
    textIn(error, 'message'),
    typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {},
  )
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

/** A property of a value that may be anything. */
const partOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined

function textIn(value: unknown, name: string): string | undefined {
  const text = partOf(value, name)
  return typeof text === 'string' ? text : undefined
}
