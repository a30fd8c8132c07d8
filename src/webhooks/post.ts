import http from 'node:http'
import https from 'node:https'
import { isIP } from 'node:net'
import { isPublicAddress, publicLookup } from './addresses.ts'

/** A message to a receiver. */
export interface Message {
  url: string
  headers: Record<string, string>
  body: string
}

export interface PostOptions {
  /** Whether the receiver may be in a private network. */
  allowPrivate: boolean
  /** Bound on connection, request and answer together, in milliseconds. */
  timeoutMs: number
  /** Cancels the attempt. */
  signal: AbortSignal
}

/** Bound on the part of an answer's body that is read. The rest is not needed: only the status counts. */
const MAX_ANSWER_BYTES = 65_536
const MAX_HEADER_BYTES = 16_384

/**
 * Posts a message. Redirects are not followed.
 * @returns the status of the answer, or why there was none: a code such as TIMEOUT, PRIVATE_TARGET or ECONNREFUSED
 */
export function postMessage(
  { url, headers, body }: Message,
  { allowPrivate, timeoutMs, signal }: PostOptions,
): Promise<number | string> {
  const target = new URL(url)
  const host = target.hostname.replace(/^\[|\]$/g, '')
  // An address in the URL is connected to without a lookup.
  if (!allowPrivate && isIP(host) !== 0 && !isPublicAddress(host)) return Promise.resolve('PRIVATE_TARGET')
  const timeout = AbortSignal.timeout(timeoutMs)
  return new Promise((resolve) => {
    const send = target.protocol === 'https:' ? https.request : http.request
    const request = send(target, {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      agent: false,
      maxHeaderSize: MAX_HEADER_BYTES,
      signal: AbortSignal.any([timeout, signal]),
      ...(allowPrivate ? {} : { lookup: publicLookup() }),
    })
    request.on('error', (error: NodeJS.ErrnoException) =>
      resolve(timeout.aborted ? 'TIMEOUT' : (error.code ?? error.name)),
    )
    request.on('response', (response) => {
      let bytes = 0
      response.on('data', (part: Buffer) => {
        bytes += part.length
        if (bytes > MAX_ANSWER_BYTES) request.destroy()
      })
      response.on('error', () => {})
      response.on('close', () => resolve(response.statusCode!))
    })
    request.end(body)
  })
}
