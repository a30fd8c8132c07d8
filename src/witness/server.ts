import type { IncomingMessage, ServerResponse } from 'node:http'
import { concatBytes } from '../codec/bytes.ts'
import { boundedServer, type HttpTimeouts, listenAt } from '../http/bounded-server.ts'
import { clientName, parseProxies } from '../http/client-address.ts'
import type { PlaceLimits } from '../http/places.ts'
import { ADD_CHECKPOINT, MAX_REQUEST_BYTES } from '../log/add-checkpoint.ts'
import type { Logger } from '../telemetry/log.ts'
import { TURN_LIMITS, type TurnClock, type TurnLimits, Turns } from './turns.ts'
import { VISITOR_LIMITS, type VisitorLimits, Visitors } from './visitors.ts'
import type { Answer, Witness } from './witness.ts'

/** Open connections, each of which holds at most MAX_REQUEST_BYTES: of one address, and in all. Those of this machine are a proxy's, which has them from many. */
export const CONNECTIONS: PlaceLimits = { inAll: 256, ofOne: 16 }
/** A request waits up to 10 s for its turn (TURN_LIMITS). */
const TIMEOUTS: HttpTimeouts = {
  headersMs: 10_000,
  requestMs: 10_000,
  keepAliveMs: 5_000,
  checkMs: 2_000,
  silenceMs: 30_000,
}
/** Proxies whose X-Forwarded-For is believed: those on this machine, where the witness listens by default. */
const PROXIES = parseProxies('127.0.0.1,::1')

const CLOCK: TurnClock = {
  now: () => performance.now(),
  after: (ms, run) => void setTimeout(run, ms),
}

/** A listening witness. */
export interface WitnessServer {
  /** http://host:port */
  url: string
  /** Stops taking requests and answers those that are there. */
  stop(): Promise<void>
}

/** Where a witness listens, and what it grants. */
export interface WitnessServerOptions {
  host: string
  port: number
  log: Logger
  limits?: VisitorLimits
  /** Default TURN_LIMITS. */
  turnLimits?: TurnLimits
  /** Default CONNECTIONS. */
  connections?: PlaceLimits
  /** Default TIMEOUTS. */
  timeouts?: Partial<HttpTimeouts>
}

/** Serves a witness over HTTP; put a proxy before it for TLS. @throws Failure PORT_TAKEN, LISTEN_FAILED */
export async function serveWitness(witness: Witness, options: WitnessServerOptions): Promise<WitnessServer> {
  const { host, port, log, limits = VISITOR_LIMITS, turnLimits = TURN_LIMITS } = options
  const visitors = new Visitors(limits, () => performance.now())
  const turns = new Turns(turnLimits, CLOCK)
  const bounds = {
    timeouts: { ...TIMEOUTS, ...options.timeouts },
    connections: options.connections ?? CONNECTIONS,
    headerBytes: 8_192,
    proxies: PROXIES,
  }
  const server = boundedServer(bounds, (request, response) => {
    const { headers, socket } = request
    const address = clientName(socket.remoteAddress, headers['x-forwarded-for']?.toString(), PROXIES)
    const leave = visitors.enter(address)
    if (leave === undefined) return send(response, text(429, 'this address asks too much'))
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    answer(witness, request, () => turns.take(address, gone.signal))
      .catch((err) => {
        if (!request.complete) return text(400, 'the request did not arrive')
        log.error({ err }, 'request failed')
        return text(500, 'the witness failed; its log says why')
      })
      .then((reply) => send(response, reply))
      .finally(leave)
  })
  const open = await listenAt(server, host, port)
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${open}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
      }),
  }
}

async function answer(
  witness: Witness,
  request: IncomingMessage,
  turn: () => Promise<boolean>,
): Promise<Answer> {
  if (request.url !== ADD_CHECKPOINT) return text(404, `requests go to ${ADD_CHECKPOINT}`)
  if (request.method !== 'POST') return text(405, 'a checkpoint is added by POST')
  const body = await readBody(request)
  return body === undefined
    ? text(413, `a request has at most ${MAX_REQUEST_BYTES} bytes`)
    : witness.addCheckpoint(body, turn)
}

/** The body; undefined if it is too large, in which case the rest is not kept. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size <= MAX_REQUEST_BYTES) chunks.push(chunk)
    else if (size > 2 * MAX_REQUEST_BYTES) break
  }
  return size > MAX_REQUEST_BYTES ? undefined : concatBytes(...chunks)
}

const text = (status: number, line: string): Answer => ({ status, type: 'text/plain', body: `${line}\n` })

function send(response: ServerResponse, { status, type, body }: Answer): void {
  if (response.destroyed) return
  const isText = type === 'text/plain'
  response
    .writeHead(status, {
      'content-type': isText ? 'text/plain; charset=utf-8' : type,
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      ...(status === 405 ? { allow: 'POST' } : {}),
      ...(status === 413 || status === 429 ? { connection: 'close' } : {}),
      ...(status === 429 ? { 'retry-after': '1' } : {}),
    })
    .end(body)
}
