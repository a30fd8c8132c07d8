import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import { type ExecutionResult, GraphQLError, getOperationAST } from 'graphql'
import { handleProtocols, type ServerOptions } from 'graphql-ws'
import { type Extra, useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import { Places } from '../../http/places.ts'
import { reject } from '../../ledger/rejection.ts'
import type { Client } from '../budget/clients.ts'
import { turns } from '../budget/turns.ts'
import { maskError, rejectionError, visibleError, visibleResult } from '../errors.ts'
import { MAX_SOCKETS, ROUTE_COST } from '../limits.ts'
import { originAllowed } from '../plugins/use-security.ts'
import { withDocument } from '../plugins/use-trusted-documents.ts'
import { clientOf } from '../request/context.ts'
import type { ApiServices } from '../request/services.ts'
import type { ApiServer } from '../server.ts'
import { ClientSocket } from './client-socket.ts'
import { refuse } from './refusal.ts'
import { type SocketOperation, sendingTexts } from './socket-events.ts'
import { acceptUpgrades } from './upgrades.ts'

/** Milliseconds that a client has for `connection_init` after the socket opened. */
const HELLO_MS = 5_000

/** Fragments of a message, and parts of a fragment in which it arrives: each takes memory beside its bytes. */
const MAX_FRAGMENTS = 128
const MAX_CHUNKS = 1_024

/** Milliseconds that clients have to close their sockets when the server stops. */
const CLOSE_MS = 1_000

/** What an operation runs with. */
interface Enveloped extends SocketOperation {
  execute(args: unknown): unknown
  subscribe(args: unknown): Promise<ExecutionResult | AsyncIterable<ExecutionResult>>
}

/**
 * GraphQL over WebSocket (protocol `graphql-transport-ws`) on `path` of an HTTP server. Operations pass the same plugins as over HTTP. Sockets,
 * bytes per message and subscriptions per socket are bounded. If there are too many sockets, one makes room (see Places), and is closed with 1013.
 */
export function serveWebSocket(server: Server, path: string, api: ApiServer): { stop(): Promise<void> } {
  const { limits, log, corsOrigins, stopping } = api.services
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols,
    maxPayload: limits.bodyBytes,
    perMessageDeflate: false,
    maxFragments: MAX_FRAGMENTS,
    maxBufferedChunks: MAX_CHUNKS,
    WebSocket: ClientSocket,
  })
  const streams = new WeakMap<ClientSocket, Socket>()
  const places = new Places<ClientSocket>(
    { inAll: MAX_SOCKETS, ofOne: limits.socketsPerClient },
    { isIdle: (socket) => socket.isIdle(), evict: (socket) => socket.dismiss(streams.get(socket)!) },
  )
  acceptUpgrades(
    server,
    sockets,
    (request) => {
      const { origin, host } = request.headers
      if (request.url?.split('?')[0] !== path) return refuse(404, 'NOT_FOUND', `WebSockets are at ${path}`)
      if (stopping.aborted) return refuse(503, 'NOT_AVAILABLE', 'the api stops')
      if (accountOf(request, api.services).open.sockets >= limits.socketsPerClient)
        return refuse(429, 'TOO_MANY_REQUESTS', `at most ${limits.socketsPerClient} sockets per client`)
      return originAllowed(origin, host, corsOrigins)
        ? undefined
        : refuse(403, 'BAD_REQUEST', 'foreign origin')
    },
    (request) => accountOf(request, api.services),
  )
  sockets.on('connection', (socket: ClientSocket, request) => {
    const account = accountOf(request, api.services)
    const { open } = account
    socket.charge(account, api.services.unsent)
    open.sockets += 1
    socket.once('close', () => {
      open.sockets -= 1
      places.leave(socket)
    })
    socket.on('message', () => places.used(socket))
    streams.set(socket, request.socket)
    if (!places.enter(socket, account.name)) socket.dismiss(request.socket)
  })
  const disposable = useServer(
    {
      connectionInitWaitTimeout: HELLO_MS,
      onConnect(context) {
        // Nothing needs it, and it would be kept as long as the socket.
        Object.assign(context, { connectionParams: undefined })
        const socket = context.extra.socket as ClientSocket
        socket.isIdle = () => Object.keys(context.subscriptions).length === 0
      },
      onComplete: ({ extra }) => places.used(extra.socket as ClientSocket),
      execute: (args) => (args.rootValue as Enveloped).execute({ ...args, rootValue: undefined }) as never,
      subscribe: (args) => subscribe(args as never) as never,
      onSubscribe: beginning(api),
      onNext: (_context, _id, _params, _args, result) => visibleResult(result as ExecutionResult, log),
      onError: (_context, _id, _params, errors) => errors.map((error) => visibleError(error, log)),
    },
    sockets,
  )
  return {
    async stop() {
      // Clients take 1012 (service restart) as a reason to reconnect, and send again what was not answered.
      for (const client of sockets.clients) client.close(1012, 'the api stops')
      const timer = setTimeout(() => {
        for (const client of sockets.clients) client.terminate()
      }, CLOSE_MS)
      await disposable.dispose()
      clearTimeout(timer)
    },
  }
}

/** Begins an operation of a socket, or says why not. Operations of a client that have not begun yet are bounded: each keeps its message. */
function beginning(api: ApiServer): NonNullable<ServerOptions<undefined, Extra>['onSubscribe']> {
  const { limits, log } = api.services
  return async (context, id, params) => {
    const gone = new AbortController()
    const account = () => accountOf(context.extra.request, api.services)
    const { open } = account()
    // A client in debt is not read any more, so its refusals need not wait.
    const refused = (errors: readonly GraphQLError[]) => {
      account().charge(ROUTE_COST)
      return errors
    }
    const tooMany = (max: number) => refused([rejectionError(reject('TOO_MANY_REQUESTS', { max }))])
    // The new operation is already part of the count.
    if (Object.keys(context.subscriptions).length > limits.subscriptions) return tooMany(limits.subscriptions)
    // A client may take an operation back before it has begun, and ask for the next one.
    if (open.beginning >= limits.subscriptionsPerClient) return tooMany(limits.subscriptionsPerClient)
    open.beginning += 1
    // A socket that closes, and a client that takes back an operation, end what stands here. Events take its place when they begin.
    context.subscriptions[id] = endedBy(() => gone.abort())
    try {
      while (turns.isOverNow('light')) await turns.next(account())
      const { socket, request } = context.extra
      const made = await prepare(api, { id, socket, stream: request.socket }, request, params, gone.signal)
      return Array.isArray(made) ? refused(made) : made
    } catch (error) {
      return refused([error instanceof GraphQLError ? error : maskError(error, log)])
    } finally {
      open.beginning -= 1
    }
  }
}

/** The account of the client behind an upgrade. */
function accountOf(req: IncomingMessage, services: ApiServices): Client {
  return services.clients.of(clientOf({ req, services }))
}

/** A stream without events that tells when it is ended. */
function endedBy(onEnd: () => void): AsyncGenerator<never> {
  const none = (async function* (): AsyncGenerator<never> {})()
  return Object.assign(none, {
    async return() {
      onEnd()
      return { done: true as const, value: undefined }
    },
  })
}

async function subscribe({ rootValue, ...args }: { rootValue: Enveloped }): Promise<unknown> {
  const result = await rootValue.subscribe({ ...args, rootValue: undefined })
  if (!(Symbol.asyncIterator in result)) return result
  const { whenGone, readyState, OPEN } = rootValue.socket as ClientSocket
  const end = () => void events.return?.()
  const events = sendingTexts(result, rootValue, () => whenGone.delete(end))
  whenGone.add(end)
  if (readyState !== OPEN) end()
  return events
}

/**
 * Parses and validates one operation, and builds the context that it runs in.
 * @param gone aborts when nobody waits for the answer
 */
async function prepare(
  api: ApiServer,
  operation: SocketOperation,
  upgrade: unknown,
  params: {
    query: string
    operationName?: string | null | undefined
    variables?: Record<string, unknown> | null | undefined
  },
  gone: AbortSignal,
) {
  const request = { method: 'POST', headers: new Headers(), signal: gone }
  const answerBytes = api.services.limits.eventBytes
  const enveloped = api.yoga.getEnveloped({ req: upgrade, request, params, answerBytes } as never)
  const { schema, execute, subscribe, contextFactory, parse, validate } = enveloped
  const document = parse(withDocument(params, api.services.trusted).query)
  const errors = validate(schema, document)
  if (errors.length > 0) return errors as GraphQLError[]
  if (!getOperationAST(document, params.operationName))
    return [rejectionError(reject('OPERATION_RESOLUTION_FAILURE'))]
  return {
    schema,
    document,
    operationName: params.operationName,
    variableValues: params.variables,
    contextValue: await contextFactory(),
    rootValue: { ...operation, execute, subscribe },
  }
}
