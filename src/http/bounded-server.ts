import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, BlockList, type Server, type Socket } from 'node:net'
import { Failure } from '../config/failure.ts'
import { clientName, isProxy } from './client-address.ts'
import { GatheredRequest } from './gathered-request.ts'
import { type PlaceLimits, Places } from './places.ts'

/** Milliseconds that clients have, and that connections wait for the next request. */
export interface HttpTimeouts {
  /** For the headers of a request, from when the connection was opened or the last request was over. */
  headersMs: number
  /** For a whole request. */
  requestMs: number
  /** For the next request on a connection: longer than the proxies in use keep theirs, so that it is they who close it. */
  keepAliveMs: number
  /** Between two looks for requests that are late. */
  checkMs: number
  /** Without a byte read or written, whatever for: longer than an answer may take. It ends connections whose client does not read. */
  silenceMs: number
}

/** Requests of a connection that are not answered yet. One that has more is closed: clients of today send the next request after the answer. */
export const MAX_PIPELINED = 16

/** Bounds of an HTTP server. */
export interface ServerBounds {
  timeouts: HttpTimeouts
  /** Open connections, in all and of one address (of IPv6, of one /64 network). Those of proxies count in all only. */
  connections: PlaceLimits
  /** Bytes of the headers of a request. */
  headerBytes: number
  /** Whose connections are those of many clients; none by default. */
  proxies?: BlockList
  IncomingMessage?: typeof GatheredRequest
  /** Whether somebody listens for upgrades. Whoever does bounds what is upgraded: it is not idle. */
  upgrades?: boolean
}

/** The name of all proxies together. */
const PROXIES = 'proxies'

/** The requests of a connection that are not answered yet, and their answers. */
type Asked = Map<ServerResponse, IncomingMessage>

/**
 * An HTTP server that no stranger can hold up: connections are bounded, in all and per address, and if there are too many, one is closed that waits for its
 * client (see Places); so are the time that each step of a request may take and the requests of a connection that are not answered.
 * All answers of a connection that closes are closed, also those that had to wait for others.
 * @param handle is called with the requests of open connections
 */
export function boundedServer(
  {
    timeouts,
    connections,
    headerBytes,
    proxies = new BlockList(),
    IncomingMessage = GatheredRequest,
    upgrades = false,
  }: ServerBounds,
  handle: http.RequestListener,
): http.Server {
  const server = http.createServer({
    IncomingMessage,
    headersTimeout: timeouts.headersMs,
    requestTimeout: timeouts.requestMs,
    keepAliveTimeout: timeouts.keepAliveMs,
    connectionsCheckingInterval: timeouts.checkMs,
    maxHeaderSize: headerBytes,
    // Node's own answer lacks a code.
    requireHostHeader: false,
  })
  server.timeout = timeouts.silenceMs
  const open = new Map<Socket, Asked>()
  const upgraded = new WeakSet<object>()
  const places = new Places<Socket>(connections, {
    // A body that is not here yet is waited for as well.
    isIdle: (socket) =>
      !upgraded.has(socket) && ![...open.get(socket)!.values()].some(({ complete }) => complete),
    isShared: (name) => name === PROXIES,
    evict: (socket) => socket.destroy(),
  })
  server.on('connection', (socket) => {
    const asked: Asked = new Map()
    open.set(socket, asked)
    socket.once('close', () => {
      places.leave(socket)
      open.delete(socket)
      // Node closes the answer that is being written, but none that waits behind it.
      process.nextTick(() => {
        for (const response of asked.keys()) response.destroy().emit('close')
      })
    })
    const { remoteAddress } = socket
    const name = isProxy(remoteAddress, proxies) ? PROXIES : clientName(remoteAddress, undefined, proxies)
    if (!places.enter(socket, name)) socket.destroy()
  })
  if (upgrades) server.on('upgrade', (_request, socket) => upgraded.add(socket))
  server.on('request', (request, response) => {
    const { socket } = request
    const asked = open.get(socket)
    // Its connection has closed.
    if (asked === undefined) return
    asked.set(response, request)
    response.once('close', () => {
      asked.delete(response)
      places.used(socket)
    })
    if (asked.size > MAX_PIPELINED) socket.destroy()
    // What came with the request that was one too many is still parsed.
    if (!socket.destroyed) handle(request, response)
  })
  return server
}

/**
 * Has a server listen. @returns the port
 * @throws Failure PORT_TAKEN, LISTEN_FAILED
 */
export function listenAt(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const isTaken = cause.code === 'EADDRINUSE'
      reject(
        new Failure(
          isTaken ? 'PORT_TAKEN' : 'LISTEN_FAILED',
          `port ${port} on ${host} ${isTaken ? 'is taken' : `cannot be opened: ${cause.message}`}`,
          { hint: 'choose another with --port, or stop the program that uses it', cause },
        ),
      )
    })
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })
}
