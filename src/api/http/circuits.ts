import { type FileHandle, open } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CIRCUITS_MANIFEST, type ServedFile } from '../../config/served-circuits.ts'
import { clientName } from '../../http/client-address.ts'
import { ROUTE_BYTES_PER_COST, ROUTE_COST } from '../limits.ts'
import type { ApiServices } from '../request/services.ts'
import { type ByteRange, rangeIn } from './byte-range.ts'
import type { CircuitFolder } from './circuit-folder.ts'
import { closedSignal } from './closed-signal.ts'
import { failureAnswer } from './failure.ts'
import { type Refusal, refusalBody, refusalOfStatus, refuse } from './refusal.ts'
import { Slots } from './slots.ts'

/** Bounds of downloads. */
export interface CircuitLimits {
  /** Downloads that run at once, of all clients. */
  downloads: number
  /** Downloads of one client that run at once. */
  downloadsPerClient: number
  /** Milliseconds without a byte read by the client, after which its download is cut off. */
  stallMs: number
  /** Milliseconds that a download may take; the client continues with another range. */
  totalMs: number
}

export const CIRCUIT_LIMITS: CircuitLimits = {
  downloads: 8,
  downloadsPerClient: 4,
  stallMs: 60_000,
  totalMs: 3_600_000,
}
/** Bytes that are read at once, and in memory per download. */
export const CHUNK_BYTES = 1 << 18
/** Cost of a chunk, by the time that it takes: a page of an export costs 200. */
export const CHUNK_COST = 200
const PREFIX = '/circuits/'
const RETRY_AFTER_S = '10'

/**
 * `GET /circuits/...`: the files that a manifest lists, whole or in ranges, and the manifest. They are read as the client takes them, a chunk at a time,
 * and each request and each chunk is paid for from the client's bucket. What is read is not checked here: whoever takes a file checks its SHA-256.
 * @returns a handler that returns false if the request is for another one
 */
export function circuitHandler(
  services: Pick<ApiServices, 'clients' | 'proxies' | 'log'>,
  folder: CircuitFolder,
  limits: CircuitLimits = CIRCUIT_LIMITS,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const slots = new Slots(limits.downloads, limits.downloadsPerClient)
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const forwarded = request.headers['x-forwarded-for']?.toString()
    const client = clientName(request.socket.remoteAddress, forwarded, services.proxies)
    const account = () => services.clients.of(client)
    const closed = closedSignal(response)
    if (!(await account().pay(ROUTE_COST, closed))) return void response.destroy()
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD')
      return answerRefusal(response, refusalOfStatus(405))
    }
    const name = request.url!.slice(PREFIX.length)
    if (name === CIRCUITS_MANIFEST)
      return account().charge(Math.floor(answerManifest(request, response, folder) / ROUTE_BYTES_PER_COST))
    const file = folder.files.get(name)
    if (file === undefined) return answerRefusal(response, refusalOfStatus(404))
    const range = head(request, response, file)
    if (range === undefined) return
    const release = slots.take(client)
    if (release === undefined) {
      response.setHeader('retry-after', RETRY_AFTER_S)
      return answerRefusal(response, refuse(429, 'TOO_MANY_REQUESTS'))
    }
    try {
      const signal = AbortSignal.any([closed, AbortSignal.timeout(limits.totalMs)])
      response.setTimeout(limits.stallMs, () => response.destroy())
      const pay = () => account().pay(CHUNK_COST, signal)
      await send(join(folder.path, name), range, response, { signal, pay })
    } finally {
      release()
    }
  }
  return (request, response) => {
    if (!request.url?.startsWith(PREFIX)) return false
    response.setHeader('access-control-allow-origin', '*')
    serve(request, response).catch((error) => {
      if (response.headersSent || response.destroyed) return void response.destroy()
      const { status, body } = failureAnswer(error, services.log)
      answer(response, status, body)
    })
    return true
  }
}

/**
 * Writes the headers of an answer, and answers what has no body (RFC 9110, 13.1 and 14). The ETag is the SHA-256 that the manifest states.
 * @returns the bytes to send; undefined if it is answered
 */
function head(
  { method, headers }: IncomingMessage,
  response: ServerResponse,
  { bytes, sha256, file }: ServedFile,
): ByteRange | undefined {
  const etag = `"${sha256}"`
  response.setHeader('etag', etag)
  response.setHeader('accept-ranges', 'bytes')
  response.setHeader('cache-control', 'public, max-age=31536000, immutable')
  response.setHeader('access-control-expose-headers', 'accept-ranges, content-length, content-range, etag')
  if (namesEtag(headers['if-none-match'], etag)) {
    response.writeHead(304).end()
    return undefined
  }
  const isSame = headers['if-range'] === undefined || headers['if-range'] === etag
  // Range counts for GET alone.
  const asked = method === 'GET' && isSame ? rangeIn(headers.range, bytes) : undefined
  if (asked === 'none') {
    response.setHeader('content-range', `bytes */${bytes}`)
    response.setHeader('cache-control', 'no-store')
    answerRefusal(response, refuse(416, 'BAD_REQUEST', 'the range begins after the end'))
    return undefined
  }
  const range = asked ?? { first: 0, end: bytes }
  response.setHeader('content-type', file.endsWith('.wasm') ? 'application/wasm' : 'application/octet-stream')
  response.setHeader('content-length', range.end - range.first)
  if (asked !== undefined)
    response.setHeader('content-range', `bytes ${range.first}-${range.end - 1}/${bytes}`)
  response.statusCode = asked === undefined ? 200 : 206
  if (method === 'GET') return range
  response.end()
  return undefined
}

/** Whether a header If-None-Match names an ETag: weakly, since it only says what a cache has. */
function namesEtag(header: string | undefined, etag: string): boolean {
  const names = header?.split(',').map((name) => name.trim().replace(/^W\//, '')) ?? []
  return names.includes('*') || names.includes(etag)
}

async function send(
  path: string,
  range: ByteRange,
  response: ServerResponse,
  { signal, pay }: { signal: AbortSignal; pay: () => Promise<boolean> },
): Promise<void> {
  const file = await open(path)
  try {
    const body = Readable.from(chunks(file, range, pay), { objectMode: false, highWaterMark: CHUNK_BYTES })
    await pipeline(body, response, { signal })
  } finally {
    await file.close()
  }
}

async function* chunks(file: FileHandle, { first, end }: ByteRange, pay: () => Promise<boolean>) {
  for (let at = first; at < end; at += CHUNK_BYTES) {
    if (!(await pay())) throw new Error('the download ended while it waited for its budget')
    const length = Math.min(CHUNK_BYTES, end - at)
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, at)
    if (bytesRead !== length) throw new Error('the file was cut')
    yield buffer
  }
}

/** The manifest changes with an export, so caches ask each time. @returns the bytes of it that are sent */
function answerManifest(
  { method }: IncomingMessage,
  response: ServerResponse,
  { manifest }: CircuitFolder,
): number {
  const body = Buffer.from(method === 'HEAD' ? '' : manifest)
  response.setHeader('cache-control', 'no-cache')
  response.setHeader('content-type', 'application/json')
  response.setHeader('content-length', Buffer.byteLength(manifest))
  response.end(body)
  return body.length
}

function answerRefusal(response: ServerResponse, refusal: Refusal): void {
  answer(response, refusal.status, refusalBody(refusal))
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.removeHeader('content-length')
  response.setHeader('cache-control', 'no-store')
  response.setHeader('content-type', 'application/json')
  response.writeHead(status).end(body)
}
