import { chmodSync, rmSync } from 'node:fs'
import type http from 'node:http'
import { DecodeError } from '../codec/error.ts'
import { Failure } from '../config/failure.ts'
import { boundedServer, type HttpTimeouts } from '../http/bounded-server.ts'
import { MAX_NOTE_BYTES } from '../ledger/params.ts'
import {
  type ControlHandler,
  type HoldingName,
  MAX_ACTIONS,
  MAX_ACTIONS_BODY_BYTES,
  MAX_CONTROL_BODY_BYTES,
  MAX_PENDING_PAGE,
  type PendingPage,
  type SubmittedAction,
} from './client.ts'

/** Bound on the requests in progress; further ones are answered TOO_MANY_REQUESTS. */
const MAX_REQUESTS_IN_FLIGHT = 4096
/** Open connections; an api has up to 128. All are of one user, who may have them all. */
export const MAX_CONNECTIONS = 1_024
/** An api waits up to 30 s for an answer (SUBMISSION_MS). */
const TIMEOUTS: HttpTimeouts = {
  headersMs: 10_000,
  requestMs: 30_000,
  keepAliveMs: 60_000,
  checkMs: 5_000,
  silenceMs: 60_000,
}
const HEX = /^[0-9a-f]{64}$/

/** A listening control socket. */
export interface ControlServer {
  path: string
  /** Stops accepting, waits for requests in progress (at most 2 s), and removes the socket. */
  stop(): Promise<void>
}

/**
 * Serves a node's control interface on a Unix socket at `path` (mode 0600). An existing socket file is replaced, so the caller must hold the
 * data directory's lock. PROTOCOL.md, "Control socket".
 * @param onError is called with unexpected errors; the client sees INTERNAL
 * @throws Failure CONTROL_SOCKET
 */
export async function serveControl(
  path: string,
  handler: ControlHandler,
  onError: (error: unknown) => void,
): Promise<ControlServer> {
  let inFlight = 0
  const bounds = {
    timeouts: TIMEOUTS,
    connections: { inAll: MAX_CONNECTIONS, ofOne: MAX_CONNECTIONS },
    headerBytes: 8_192,
  }
  const server = boundedServer(bounds, (request, response) => {
    if (inFlight >= MAX_REQUESTS_IN_FLIGHT) return send(response, 503, busy)
    inFlight += 1
    answer(request, handler)
      .then((reply) => send(response, 200, reply))
      .catch((error: unknown) => sendError(response, error, onError))
      .finally(() => {
        inFlight -= 1
      })
  })
  rmSync(path, { force: true })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new Failure('CONTROL_SOCKET', `the control socket ${path} cannot be opened: ${cause.message}`, {
          cause,
        }),
      ),
    )
    server.listen(path, resolve)
  })
  chmodSync(path, 0o600)
  return { path, stop: () => stop(server, path) }
}

const busy = { code: 'TOO_MANY_REQUESTS', message: 'too many requests are in progress', retry: true }

/** A request that this interface does not allow: a bug of the client, not a rejection of an action. */
class BadRequest extends Error {}

async function answer(request: http.IncomingMessage, handler: ControlHandler): Promise<unknown> {
  const url = new URL(request.url ?? '/', 'http://control')
  const route = `${request.method} ${url.pathname}`
  if (route === 'POST /submit') {
    const { bytes, note } = parseAction(parseBody(await readBody(request)))
    return handler.submit(bytes, note)
  }
  if (route === 'POST /submit-all') {
    const { actions } = parseBody(await readBody(request, MAX_ACTIONS_BODY_BYTES))
    return handler.submitAll(bounded('actions', actions).map(parseAction))
  }
  if (route === 'POST /submissions') {
    const hashes = bounded('hashes', parseBody(await readBody(request)).hashes)
    return hashes.map((hash) => {
      if (typeof hash !== 'string' || !HEX.test(hash)) throw new BadRequest('A hash has 64 hex digits.')
      return handler.submission(hash) ?? null
    })
  }
  if (route === 'GET /pool') return handler.pool()
  if (route === 'GET /status') return handler.status()
  if (route === 'GET /checkpoint') return { note: handler.checkpoint() }
  if (route === 'GET /metrics') return { text: await handler.metrics() }
  if (route === 'GET /pending') {
    const first = decimal(url.searchParams.get('first')) ?? MAX_PENDING_PAGE
    const account = url.searchParams.get('account') ?? undefined
    if (account !== undefined && !HEX.test(account)) throw new BadRequest('An account has 64 hex digits.')
    const after = decimal(url.searchParams.get('after'))
    return wirePage(handler.pending(Math.min(first, MAX_PENDING_PAGE), after, account))
  }
  if (route === 'POST /next-starts') return handler.nextStarts(parseHoldings(await readBody(request)))
  const submission = /^GET \/submission\/([0-9a-f]{64})$/.exec(route)
  if (submission?.[1]) return handler.submission(submission[1]) ?? null
  throw new BadRequest(`${route} does not exist.`)
}

function wirePage(page: PendingPage): unknown {
  return {
    hasMore: page.hasMore,
    entries: page.entries.map((entry) => ({ ...entry, bytes: Buffer.from(entry.bytes).toString('base64') })),
  }
}

function parseBody(text: string): Record<string, unknown> {
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>
  } catch {
    throw new BadRequest('The body is not JSON.')
  }
}

function parseHoldings(text: string): HoldingName[] {
  const { holdings } = parseBody(text)
  if (!Array.isArray(holdings) || holdings.length > MAX_PENDING_PAGE) {
    throw new BadRequest('`holdings` is not a list of at most 200.')
  }
  for (const holding of holdings as Partial<HoldingName>[]) {
    if (!HEX.test(holding?.account ?? '') || !HEX.test(holding?.assetId ?? '')) {
      throw new BadRequest('A holding is {account, assetId}, 64 hex digits each.')
    }
  }
  return holdings as HoldingName[]
}

function bounded(name: string, list: unknown): unknown[] {
  if (Array.isArray(list) && list.length <= MAX_ACTIONS) return list
  throw new BadRequest(`\`${name}\` is not a list of at most ${MAX_ACTIONS}.`)
}

function parseAction(given: unknown): SubmittedAction {
  const { action, note } = (given ?? {}) as Record<string, unknown>
  if (typeof action !== 'string') throw new BadRequest('`action` is missing.')
  if (note !== undefined && typeof note !== 'string') throw new BadRequest('`note` is not a string.')
  if (note !== undefined && Buffer.byteLength(note) > 2 * MAX_NOTE_BYTES)
    throw new BadRequest('`note` is too long.')
  const buffer = Buffer.from(action, 'base64')
  return { bytes: new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length), note }
}

function decimal(text: string | null): number | undefined {
  if (text === null) return undefined
  if (!/^\d{1,15}$/.test(text)) throw new BadRequest('A number is expected in the query.')
  return Number(text)
}

async function readBody(request: http.IncomingMessage, maxBytes = MAX_CONTROL_BODY_BYTES): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) throw new BadRequest('The body is too large.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function send(response: http.ServerResponse, status: number, body: unknown): void {
  if (response.destroyed) return
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}

function sendError(response: http.ServerResponse, error: unknown, onError: (error: unknown) => void): void {
  if (error instanceof BadRequest || error instanceof DecodeError) {
    send(response, 400, { code: 'BAD_REQUEST', message: error.message })
  } else if (error instanceof Failure) {
    send(response, 503, { code: error.code, message: error.message, retry: error.retry })
  } else {
    onError(error)
    send(response, 500, { code: 'INTERNAL', message: 'the node failed to answer' })
  }
}

async function stop(server: http.Server, path: string): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), 2_000)
  await closed
  clearTimeout(timer)
  rmSync(path, { force: true })
}
