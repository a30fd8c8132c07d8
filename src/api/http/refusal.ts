import { STATUS_CODES } from 'node:http'
import { type Rejection, type RejectionCode, reject } from '../../ledger/rejection.ts'

/** Headers of every response, whoever makes it. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
}

/** Why a request is refused before GraphQL sees it. */
export interface Refusal {
  /** HTTP status, 400 to 599. */
  status: number
  rejection: Rejection
}

/** Builds a refusal. `reason` says in a few words what is wrong with this request. */
export function refuse(status: number, code: RejectionCode, reason?: string): Refusal {
  return { status, rejection: reject(code, reason === undefined ? {} : { reason }) }
}

/** The body of a refusal, in the form of a GraphQL response. */
export function refusalBody({ rejection: { message, code, data } }: Refusal): string {
  return JSON.stringify({ errors: [{ message, extensions: { code, data } }] })
}

/** A refusal as a response; `headers` are added. */
export function refusalResponse(refusal: Refusal, headers: Record<string, string> = {}): Response {
  const type = 'application/json; charset=utf-8'
  return new Response(refusalBody(refusal), {
    status: refusal.status,
    headers: { 'content-type': type, ...headers },
  })
}

/** A refusal as the bytes of a whole HTTP/1.1 response, for sockets that have no response object. The connection ends with it. */
export function refusalBytes(refusal: Refusal): string {
  const body = refusalBody(refusal)
  const headers = {
    ...SECURITY_HEADERS,
    'cache-control': 'no-store',
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}\r\n${lines.join('')}\r\n${body}`
}

/** What to answer with a status for which yoga has no words. */
export function refusalOfStatus(status: number): Refusal {
  if (status === 404) return refuse(404, 'NOT_FOUND', 'there is nothing at this path')
  if (status === 405) return refuse(405, 'METHOD_NOT_ALLOWED')
  if (status === 406) return refuse(406, 'NOT_ACCEPTABLE')
  if (status === 413) return refuse(413, 'BODY_TOO_LARGE')
  if (status === 415) return refuse(415, 'UNSUPPORTED_MEDIA_TYPE')
  return status >= 500 ? refuse(status, 'INTERNAL') : refuse(status, 'BAD_REQUEST')
}
