import type http from 'node:http'
import type { BlockList } from 'node:net'
import type { Duplex } from 'node:stream'
import { boundedServer, type HttpTimeouts } from '../../http/bounded-server.ts'
import { DEFAULT_LIMITS } from '../limits.ts'
import { type Refusal, refusalBody, refusalBytes, refuse, SECURITY_HEADERS } from './refusal.ts'
import { UpgradeRequest } from './upgrade-request.ts'

export const HTTP_TIMEOUTS: HttpTimeouts = {
  headersMs: 10_000,
  requestMs: 30_000,
  keepAliveMs: 75_000,
  checkMs: 5_000,
  // Longer than `wait: FINAL` waits, and several times as long as event streams are silent.
  silenceMs: 90_000,
}
/** Bytes of the headers of a request. */
export const MAX_HEADER_BYTES = 16_384
/** Open connections. */
export const MAX_CONNECTIONS = 10_000

type Handle = (request: http.IncomingMessage, response: http.ServerResponse) => void

/** Bounds of a listener. */
export interface ListenerBounds {
  /** Default HTTP_TIMEOUTS. */
  timeouts?: Partial<HttpTimeouts> | undefined
  /** Connections of one address; default that of DEFAULT_LIMITS. */
  connectionsPerClient?: number
  /** Proxies, which may have more; none by default. */
  proxies?: BlockList
}

/** Charges whoever sent what is refused, a request as far as there is one. @returns false if it cannot pay */
export type Pay = (socket: Duplex, request?: http.IncomingMessage) => boolean

/** A name or an address, and a port: what a Host header may be. It excludes everything that would change what a URL means. */
const HOST = /^(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?$/

/**
 * An HTTP server that refuses what must not reach `handle`, and answers every request that it refuses, malformed ones included, with a code and
 * the headers of all other responses. It offers no upgrade but WebSocket, to those who listen for it: a request that asks for another one is answered
 * as if it did not, and its connection ends.
 * @param pay for what is refused; whoever cannot pay gets no answer, and its connection ends
 */
export function createListener(
  handle: Handle,
  bounds: ListenerBounds = {},
  pay: Pay = () => true,
): http.Server {
  const { timeouts, connectionsPerClient = DEFAULT_LIMITS.connectionsPerClient, proxies } = bounds
  const answer = (request: http.IncomingMessage, response: http.ServerResponse, refusal: Refusal) =>
    pay(request.socket, request) ? send(response, refusal) : request.socket.destroy()
  /** Connections whose last request came. */
  const ending = new WeakSet<Duplex>()
  const inOrder = oneByOne(handle)
  const take = (request: http.IncomingMessage, response: http.ServerResponse) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value)
    const refusal = ending.has(request.socket)
      ? refuse(400, 'BAD_REQUEST', 'nothing may follow a request with Upgrade before its answer')
      : refusalOf(request)
    if (request instanceof UpgradeRequest && request.ignoresUpgrade) {
      response.shouldKeepAlive = false
      ending.add(request.socket)
    }
    if (refusal) answer(request, response, refusal)
    else inOrder(request, response)
  }
  const server = boundedServer(
    {
      timeouts: { ...HTTP_TIMEOUTS, ...timeouts },
      connections: { inAll: MAX_CONNECTIONS, ofOne: connectionsPerClient },
      headerBytes: MAX_HEADER_BYTES,
      IncomingMessage: UpgradeRequest,
      upgrades: true,
      ...(proxies === undefined ? {} : { proxies }),
    },
    take,
  )
  server.on('checkExpectation', (request, response) =>
    answer(request, response, refuse(417, 'BAD_REQUEST', 'no expectation but 100-continue is met')),
  )
  server.on('connect', (request, socket: Duplex) =>
    pay(socket, request)
      ? refuseSocket(socket, refuse(405, 'METHOD_NOT_ALLOWED', 'this is not a proxy'))
      : socket.destroy(),
  )
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (socket.writable && error.code !== 'ECONNRESET' && pay(socket))
      refuseSocket(socket, refusalOfParser(error.code))
    else socket.destroy()
  })
  return server
}

/**
 * Handles the requests of a connection one by one: one that was sent before the last one was answered waits for that. Node handles them at once, and tells
 * of those that wait neither that the connection ended nor that the client takes nothing, so they would go on for ever.
 */
function oneByOne(handle: Handle): Handle {
  const last = new WeakMap<Duplex, http.ServerResponse>()
  return (request, response) => {
    const { socket } = request
    const before = last.get(socket)
    last.set(socket, response)
    if (before === undefined || before.closed) return handle(request, response)
    before.once('close', () => !socket.destroyed && handle(request, response))
  }
}

/** Answers on a bare socket and closes it. */
export function refuseSocket(socket: Duplex, refusal: Refusal): void {
  socket.on('error', () => {})
  socket.end(refusalBytes(refusal), () => socket.destroy())
}

function send(response: http.ServerResponse, refusal: Refusal): void {
  const body = refusalBody(refusal)
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value)
  response.writeHead(refusal.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    connection: 'close',
  })
  response.end(body)
}

/** Why a request cannot have a URL that means what its Host and its target say; undefined if it has one. */
export function refusalOf({ rawHeaders, httpVersion, url = '' }: http.IncomingMessage): Refusal | undefined {
  const hosts = rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]!.toLowerCase() === 'host')
  const isOld = httpVersion === '1.0' && hosts.length === 0
  if (hosts.length !== 1 && !isOld) return refuse(400, 'BAD_REQUEST', 'a request has exactly one Host')
  const port = HOST.exec(hosts[0] ?? 'localhost')
  if (port === null || Number(port[1] ?? 0) > 65_535)
    return refuse(400, 'BAD_REQUEST', 'the Host is not a host')
  if (!url.startsWith('/') || url.startsWith('//') || !URL.canParse(url, 'http://localhost'))
    return refuse(400, 'BAD_REQUEST', 'the target of the request is not a path')
  return undefined
}

function refusalOfParser(code: string | undefined): Refusal {
  if (code === 'HPE_HEADER_OVERFLOW') return refuse(431, 'HEADERS_TOO_LARGE')
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return refuse(413, 'BODY_TOO_LARGE')
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return refuse(408, 'TIMEOUT')
  return refuse(400, 'BAD_REQUEST', 'this is not HTTP')
}
