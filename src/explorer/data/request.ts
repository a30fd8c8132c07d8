import type { TypedDocument } from './typed-document.ts'

/** Milliseconds to wait for an answer: longer than a query may run and wait at a server with default limits. */
const PATIENCE_MS = 25_000

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
}

interface WireError {
  message: string
  extensions?: { code?: string; data?: Record<string, unknown> }
}

interface WireAnswer<Result> {
  data?: Result | null
  errors?: WireError[]
  extensions?: { height?: string; hints?: { code: string }[] }
}

/**
 * Asks the server that the page came from.
 * @param signal ends the request
 * @throws RequestFailure, or the reason of `signal`
 */
export async function ask<Result, Variables>(
  document: TypedDocument<Result, Variables>,
  variables: Variables,
  signal: AbortSignal,
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
    answer = parsed(await response.text())
  } catch (error) {
    if (signal.aborted || error instanceof RequestFailure) throw error
    throw new RequestFailure(late.aborted ? 'TIMEOUT' : 'UNREACHABLE')
  }
  const faults = (answer.errors ?? []).map(failureOf)
  if (answer.data === undefined || answer.data === null) throw faults[0] ?? new RequestFailure('BAD_ANSWER')
  const { height, hints = [] } = answer.extensions ?? {}
  return { data: answer.data, height, hints: hints.map(({ code }) => code), faults }
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

const failureOf = ({ message, extensions }: WireError) =>
  new RequestFailure(extensions?.code ?? 'BAD_ANSWER', message, extensions?.data)
