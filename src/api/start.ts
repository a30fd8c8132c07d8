import type http from 'node:http'
import type { BlockList, Socket } from 'node:net'
import type { Json } from '../codec/canonical-json.ts'
import type { ControlClient } from '../control/client.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import { type HttpTimeouts, listenAt } from '../http/bounded-server.ts'
import { clientName } from '../http/client-address.ts'
import { firstPositionOf } from '../ledger/batch.ts'
import { chainIdOf, type Genesis } from '../ledger/genesis.ts'
import type { Database } from '../storage/database.ts'
import { currentHeight, listenHeights } from '../storage/heights.ts'
import type { Logger } from '../telemetry/log.ts'
import type { Tracer } from '../telemetry/tracing.ts'
import type { CircuitFolder } from './http/circuit-folder.ts'
import { circuitHandler } from './http/circuits.ts'
import { directExecution } from './http/direct.ts'
import { plainExchange } from './http/exchange.ts'
import { createExports, type ExportLimits } from './http/export.ts'
import { createListener, type Pay } from './http/listener.ts'
import { logHandler } from './http/log.ts'
import { RunningRequests } from './http/running-requests.ts'
import { serveWebSocket } from './http/websocket.ts'
import { type ApiLimits, DEFAULT_LIMITS, ROUTE_COST } from './limits.ts'
import { SharedHeights } from './live/height-feed.ts'
import type { RouteHandler } from './plugins/use-routes.ts'
import type { TrustedDocuments } from './plugins/use-trusted-documents.ts'
import { clientOf } from './request/context.ts'
import type { ApiServices, ProverModel } from './request/services.ts'
import { type ApiServer, type ApiSwitches, createApi, GRAPHQL_PATH } from './server.ts'
import { tracedDatabase, tracedNode, traceRequest } from './traced.ts'

export interface ApiOptions {
  /** Records what requests do. */
  tracer?: Tracer | undefined
  database: Database
  /** A streaming replica of the database, to read from. Events are sent once it has their blocks. */
  replica?: Database | undefined
  /** The node that receives submissions. */
  control: ControlClient
  poseidon: Poseidon
  genesis: Genesis
  /** The verification key that genesis pins, in snarkjs's format; null by default, if it is not here. */
  verificationKey?: Json | null
  /** Interface to listen on. */
  host: string
  /** 0 for any free port. */
  port: number
  log: Logger
  version: string
  /** Names to show for accounts. */
  nameOf?: (account: bigint) => string | undefined
  /** Accounts by the beginning of a word of their name. */
  accountsNamed?: (folded: string, limit: number) => bigint[]
  limits?: Partial<ApiLimits>
  exportLimits?: Partial<ExportLimits>
  /** Circuits that others may prove with: served below /circuits/; none by default. */
  circuits?: CircuitFolder | undefined
  /** Origins of other web pages that may use this server; `*` for all. By default only its own origin may. */
  corsOrigins?: readonly string[]
  /** Handlers of requests that are not GraphQL. */
  routes?: readonly RouteHandler[]
  /** Default HTTP_TIMEOUTS. */
  timeouts?: Partial<HttpTimeouts>
  /** Proxies whose X-Forwarded-For names the client; none by default. */
  proxies?: BlockList
  switches?: ApiSwitches
  /** Milliseconds for which /ready answers 503 at least before the server closes; 0 by default. */
  noticeMs?: number
  /** The provers that report to this server; none by default. */
  provers?: () => readonly ProverModel[]
  /** Documents that clients may name; none by default. */
  trusted?: TrustedDocuments | undefined
  now?: () => number
}

export interface RunningApi {
  /** http://host:port */
  url: string
  /**
   * Ends in order: /ready turns 503, event streams and WebSockets end with a code to reconnect, running requests are finished (for at most
   * DRAIN_MS), and connections are closed.
   */
  stop(): Promise<void>
}

/** Milliseconds that running requests have to finish when the server stops. */
export const DRAIN_MS = 5_000
/** Milliseconds for the answers of requests that waited for a block. */
const LAST_ANSWERS_MS = 1_000

/**
 * Serves the API: GraphQL on /graphql (HTTP, Server-Sent Events, WebSocket), the page on / and what it
 * loads, GraphiQL on /graphiql, exports below /export/, circuits below /circuits/, /health.
 * @throws Failure PORT_TAKEN, LISTEN_FAILED, or what storage throws
 */
export async function startApi(options: ApiOptions): Promise<RunningApi> {
  const { log, poseidon, genesis } = options
  const { database: primary, replica: database = primary, tracer } = options
  const read = tracer ? tracedDatabase(database, tracer) : database
  const heights = new SharedHeights(await currentHeight(database))
  const listener = await listenHeights(database, (height) => heights.reach(height), {
    checkMs: genesis.eraMs,
    primary,
    onError: (err) => log.warn({ err }, 'heights cannot be compared'),
  })
  const stopping = new AbortController()
  const api = createApi(
    {
      database: read,
      primary: database === primary ? read : primary,
      control: tracer ? tracedNode(options.control, tracer) : options.control,
      tracer,
      poseidon,
      genesis,
      verificationKey: options.verificationKey ?? null,
      chainId: chainIdOf(genesis),
      firstPosition: firstPositionOf(genesis),
      heights,
      limits: { ...DEFAULT_LIMITS, ...options.limits },
      nameOf: options.nameOf ?? (() => undefined),
      accountsNamed: options.accountsNamed ?? (() => []),
      now: options.now ?? Date.now,
      version: options.version,
      corsOrigins: options.corsOrigins ?? [],
      log,
      ...(options.proxies === undefined ? {} : { proxies: options.proxies }),
      stopping: stopping.signal,
      ...(options.trusted === undefined ? {} : { trusted: options.trusted }),
      ...(options.provers === undefined ? {} : { provers: options.provers }),
    },
    options.routes,
    options.switches,
  )
  const handle = handlerOf(api, options)
  const requests = new RunningRequests(stopping.signal)
  const server = createListener(
    (request, response) => {
      requests.add(response)
      if (tracer) traceRequest(tracer, request, response, () => handle(request, response))
      else handle(request, response)
    },
    {
      timeouts: options.timeouts,
      connectionsPerClient: api.services.limits.connectionsPerClient,
      proxies: api.services.proxies,
    },
    payFrom(api.services),
  )
  let port: number
  try {
    port = await listenAt(server, options.host, options.port)
  } catch (error) {
    await listener.stop()
    throw error
  }
  const sockets = serveWebSocket(server, GRAPHQL_PATH, api)
  const host = options.host.includes(':') ? `[${options.host}]` : options.host
  return {
    url: `http://${host}:${port}`,
    async stop() {
      stopping.abort()
      // A load balancer must have the time to ask /ready.
      const noticed = new Promise((resolve) => setTimeout(resolve, options.noticeMs ?? 0))
      await Promise.all([noticed, sockets.stop(), requests.none(DRAIN_MS)])
      // What still waits for a block is answered now.
      heights.end()
      await requests.none(LAST_ANSWERS_MS)
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await Promise.all([closed, listener.stop()])
      await api.yoga.dispose()
    },
  }
}

/** Answers every request: the commonest ones, exports and other files, and whatever Yoga has to answer. */
function handlerOf(
  api: ApiServer,
  { exportLimits, circuits }: Pick<ApiOptions, 'exportLimits' | 'circuits'>,
): http.RequestListener {
  const { services, yoga } = api
  const exports = createExports(services, exportLimits)
  const log = logHandler(services)
  const files = circuits === undefined ? () => false : circuitHandler(services, circuits)
  const plain = plainExchange(
    yoga.handleRequest as never,
    directExecution(api),
    GRAPHQL_PATH,
    services.limits.bodyBytes,
    (req) => services.clients.of(clientOf({ req, services })),
  )
  return (request, response) =>
    plain(request, response) ||
    exports.handle(request, response) ||
    log(request, response) ||
    files(request, response) ||
    yoga(request, response)
}

/** Pays for what is refused before anything else sees it. */
function payFrom({ clients, proxies }: ApiServices): Pay {
  return (socket, request) => {
    const forwarded = request?.headers['x-forwarded-for']?.toString()
    return clients.of(clientName((socket as Socket).remoteAddress, forwarded, proxies)).take(ROUTE_COST) === 0
  }
}
