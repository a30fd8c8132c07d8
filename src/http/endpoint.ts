import { createHash, timingSafeEqual } from 'node:crypto'
import { parseJson } from '../codec/canonical-json.ts'
import { DecodeError } from '../codec/error.ts'
import { RejectionError, throwRejection } from '../ledger/rejection.ts'

/** A request's body: a JSON object. */
export type JsonBody = Record<string, unknown>

/** Bound on the body of a request. */
export const MAX_BODY_BYTES = 32_768

/**
 * Answers a request with what `run` returns, as JSON. A rejection is answered with status 422, or 429 if the same request may be taken later, and a
 * malformed request with 400.
 * @param onError is told any other error, which is answered with 500
 */
export async function answerJson(
  request: Request,
  run: (body: JsonBody) => Promise<object>,
  onError: (error: unknown) => void,
): Promise<Response> {
  try {
    return jsonResponse(200, await run(await readBody(request)))
  } catch (error) {
    if (error instanceof RejectionError)
      return jsonResponse(error.rejection.code === 'TOO_MANY_REQUESTS' ? 429 : 422, error.rejection)
    if (error instanceof DecodeError) return jsonResponse(400, { code: error.code, message: error.message })
    onError(error)
    return jsonResponse(500, { code: 'INTERNAL', message: 'The server failed; its log says why.' })
  }
}

export function jsonResponse(status: number, body: object): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  })
}

/** Whether a request has this bearer token. Tokens are compared by their hashes, in constant time. */
export function isAuthorized(request: Request, token: string): boolean {
  const given = /^Bearer ([\x21-\x7e]{1,256})$/.exec(request.headers.get('authorization') ?? '')?.[1]
  const digest = (value: string) => createHash('sha256').update(value).digest()
  return given !== undefined && timingSafeEqual(digest(given), digest(token))
}

/** The error of a field that is missing or has no valid value. */
export function malformed(field: string): DecodeError {
  return new DecodeError('MALFORMED', `${field} is missing or malformed`)
}

/** A whole number of at least 0. @throws DecodeError MALFORMED */
export function wholeNumberIn(body: JsonBody, field: string): number {
  const value = body[field]
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw malformed(field)
  return value as number
}

async function readBody(request: Request): Promise<JsonBody> {
  if (Number(request.headers.get('content-length') ?? Number.NaN) > MAX_BODY_BYTES)
    throwRejection('BODY_TOO_LARGE', { max: MAX_BODY_BYTES })
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of request.body ?? []) {
    size += part.length
    if (size > MAX_BODY_BYTES) throwRejection('BODY_TOO_LARGE', { max: MAX_BODY_BYTES })
    parts.push(part)
  }
  const json = parseJson(Buffer.concat(parts).toString('utf8'), MAX_BODY_BYTES)
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw malformed('body')
  return json
}
