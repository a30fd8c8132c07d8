import { randomUUID } from 'node:crypto'
import {
  type ExecutionResult,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLErrorExtensions,
  type GraphQLErrorOptions,
  type GraphQLFormattedError,
} from 'graphql'
import { DecodeError } from '../codec/error.ts'
import { Failure } from '../config/failure.ts'
import { isRejectionCode, type Rejection, RejectionError, reject } from '../ledger/rejection.ts'
import { databaseFailure } from '../storage/database.ts'
import type { Logger } from '../telemetry/log.ts'

/** A rejection as a GraphQL error: its sentence, with `code` and `data` in the extensions. */
export function rejectionError(rejection: Rejection, options: GraphQLErrorOptions = {}): GraphQLError {
  const { code, message, data } = rejection
  return new GraphQLError(message, { ...options, extensions: { ...options.extensions, code, data } })
}

/** A rejection of a whole request before it runs: status 400, whatever media type the client accepts. */
export function requestRejection(rejection: Rejection, options: GraphQLErrorOptions = {}): GraphQLError {
  return rejectionError(rejection, { ...options, extensions: { http: { status: 400, spec: true } } })
}

/**
 * What a client sees of an error. Rejections and failures keep their code, and GraphQL's own errors get one. Anything else is a bug: INTERNAL
 * with a request id, under which the log has the error.
 */
export function maskError(error: unknown, log: Logger): GraphQLError {
  const place = error instanceof GraphQLError ? placeOf(error) : {}
  const cause = databaseFailure(rootCause(error))
  if (cause instanceof RejectionError) return rejectionError(cause.rejection, place)
  if (cause instanceof DecodeError) {
    return rejectionError({ code: cause.code, message: cause.message, data: {} } as Rejection, place)
  }
  if (cause instanceof Failure) {
    log.warn({ err: cause }, 'a request failed')
    const data = { retry: cause.retry }
    return new GraphQLError(cause.message, { ...place, extensions: { code: cause.code, data } })
  }
  if (cause instanceof GraphQLError) {
    const source = error as GraphQLError
    Object.assign(source.extensions, knownExtensions({ ...cause.extensions, ...source.extensions }))
    delete source.extensions.originalError
    return source
  }
  const requestId = randomUUID()
  log.error({ err: cause, requestId }, 'an internal error')
  return rejectionError(reject('INTERNAL', { requestId }), { ...place, extensions: { unexpected: true } })
}

/** An error as clients see it: masked, with a code, and without what only the HTTP transport reads. */
export function visibleError(error: GraphQLError, log: Logger): GraphQLFormattedError {
  const { code } = error.extensions
  const known = typeof code === 'string' ? error : maskError(error, log)
  const { http, unexpected, ...extensions } = known.extensions
  return { ...known.toJSON(), extensions }
}

/** A result as clients see it. */
export function visibleResult(result: ExecutionResult, log: Logger): FormattedExecutionResult {
  const { http, ...extensions } = result.extensions ?? {}
  return {
    ...('data' in result ? { data: result.data } : {}),
    ...(result.errors ? { errors: result.errors.map((error) => visibleError(error, log)) } : {}),
    ...(Object.keys(extensions).length > 0 ? { extensions } : {}),
  }
}

/** The code and the status of an error of yoga or of GraphQL, in this project's words. */
function knownExtensions({ code, http }: GraphQLErrorExtensions): Record<string, unknown> {
  if (code === 'REQUEST_ENTITY_TOO_LARGE') return { code: 'BODY_TOO_LARGE' }
  if (code !== 'BAD_REQUEST')
    return { code: typeof code === 'string' && isRejectionCode(code) ? code : 'BAD_INPUT' }
  const { spec, ...always } = (http ?? {}) as { spec?: boolean; status?: number }
  // What is no request to GraphQL gets its status, not 200, whatever media type the client accepts.
  return { code: always.status === 405 ? 'METHOD_NOT_ALLOWED' : code, http: always }
}

/** The location of an error in the document and in the answer. */
function placeOf(error: GraphQLError): GraphQLErrorOptions {
  const { nodes, source, positions, path } = error
  return { nodes: nodes ?? null, source: source ?? null, positions: positions ?? null, path: path ?? null }
}

/** The innermost error inside wrapping GraphQL errors. */
function rootCause(error: unknown): unknown {
  let cause = error
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError
  return cause
}

/** Null for a failure that passes: the node does not answer. @throws every other error */
export function nullIfAway(error: unknown): null {
  if (error instanceof Failure && error.retry) return null
  throw error
}
