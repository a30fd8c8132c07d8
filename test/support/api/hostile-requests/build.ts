import { rawRequest } from '../raw-http.ts'

/** Bytes of a request's body that the api takes which hostile requests are sent to. */
export const BODY_BYTES = 20_000

/** Requests of an api, as bytes: a GET, a query by GET, a POST, a query by POST, and a POST in chunks. */
export const get = (target: string, headers: Record<string, string | null> = {}) =>
  rawRequest('GET', target, headers)
export const ask = (query: string, rest: Record<string, string> = {}) =>
  get(`/graphql?${new URLSearchParams({ query, ...rest })}`)
export const post = (body: string | Uint8Array, headers: Record<string, string | null> = {}) =>
  rawRequest('POST', '/graphql', headers, body)
export const query = (text: string, rest: object = {}) => post(JSON.stringify({ query: text, ...rest }))
export const NAME = '{ chain { name } }'
export const VALID = JSON.stringify({ query: NAME })
export const chunked = (body: string) =>
  Buffer.concat([post('', { 'transfer-encoding': 'chunked', 'content-length': null }), Buffer.from(body)])
