import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type ExecutionResult, GraphQLError, getOperationAST } from 'graphql'
import { handleProtocols } from 'graphql-ws'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocket, WebSocketServer } from 'ws'
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
import { refusalOf, refuseSocket } from './listener.ts'
import { type Refusal, refuse } from './refusal.ts'
import { type SocketOperation, sendingTexts } from './socket-events.ts'

/** Milliseconds that a client has for `connection_init` after the socket opened. */
const HELLO_MS = 5_000

/** Milliseconds that clients have to close their sockets when the server stops. */
const CLOSE_MS = 1_000

/** What an operation runs with. */
interface Enveloped extends SocketOperation {
  execute(args: unknown): unknown
  subscribe(args: unknown): Promise<ExecutionResult | AsyncIterable<ExecutionResult>>
}

/**
 * GraphQL over WebSocket (protocol `graphql-transport-ws`) on `path` of an HTTP server. Operations pass the same plugins as over HTTP. Sockets,
 * bytes per message and subscriptions per socket are bounded.
 */
export function serveWebSocket(server: Server, path: string, api: ApiServer): { stop(): Promise<void> } {
  const { limits, log, corsOrigins, stopping } = api.services
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols,
    maxPayload: limits.bodyBytes,
    perMessageDeflate: false,
    WebSocket: QuietSocket,
  })
  acceptUpgrades(
    server,
    sockets,
    (request) => {
      const { origin, host } = request.headers
      if (request.url?.split('?')[0] !== path) return refuse(404, 'NOT_FOUND', `WebSockets are at ${path}`)
      if (stopping.aborted) return refuse(503, 'NOT_AVAILABLE', 'the api stops')
      if (sockets.clients.size >= MAX_SOCKETS) return refuse(503, 'TOO_MANY_REQUESTS')
      if (accountOf(request, api.services).open.sockets >= limits.socketsPerClient)
        return refuse(429, 'TOO_MANY_REQUESTS', `at most ${limits.socketsPerClient} sockets per client`)
      return originAllowed(origin, host, corsOrigins)
        ? undefined
        : refuse(403, 'BAD_REQUEST', 'foreign origin')
    },
    (request) => accountOf(request, api.services).take(ROUTE_COST) === 0,
  )
  sockets.on('connection', (socket, request) => {
    const { open } = accountOf(request, api.services)
    open.sockets += 1
    socket.once('close', () => {
      open.sockets -= 1
    })
  })
  const disposable = useServer(
    {
      connectionInitWaitTimeout: HELLO_MS,
      execute: (args) => (args.rootValue as Enveloped).execute({ ...args, rootValue: undefined }) as never,
      subscribe: (args) => subscribe(args as never) as never,
      async onSubscribe(context, id, params) {
        const gone = new AbortController()
        const account = () => accountOf(context.extra.request, api.services)
        const refused = async (errors: readonly GraphQLError[]) => {
          await account().pay(ROUTE_COST, gone.signal)
          return errors
        }
        // The new socket is already part of the count.
        if (Object.keys(context.subscriptions).length > limits.subscriptions) {
          return refused([rejectionError(reject('TOO_MANY_REQUESTS', { max: limits.subscriptions }))])
        }
        // A socket that closes, and a client that takes back an operation, end what stands here. Events take its place when they begin.
        context.subscriptions[id] = endedBy(() => gone.abort())
        try {
          while (turns.isOverNow('light')) await turns.next(account())
          const { socket, request } = context.extra
          const made = await prepare(
            api,
            { id, socket, stream: request.socket },
            request,
            params,
            gone.signal,
          )
          return Array.isArray(made) ? refused(made) : made
        } catch (error) {
          return refused([error instanceof GraphQLError ? error : maskError(error, log)])
        }
      },
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

/**
 * A socket whose errors are its client's, such as a message that is too large: the socket is closed with a code by then, and graphql-ws would
 * print a stack for each, with which a client could fill the log.
 */
class QuietSocket extends WebSocket {
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    return event === 'error' ? false : super.emit(event, ...args)
  }
}

/** Upgrades the requests that `check` does not refuse. Whoever is refused learns the code, if it can pay for that. */
function acceptUpgrades(
  server: Server,
  sockets: WebSocketServer,
  check: (request: IncomingMessage) => Refusal | undefined,
  pay: (request: IncomingMessage) => boolean,
): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = refusalOf(request) ?? check(request)
    if (refusal) return pay(request) ? refuseSocket(socket, refusal) : socket.destroy()
    sockets.handleUpgrade(request, socket, head, (webSocket: WebSocket) =>
      sockets.emit('connection', webSocket, request),
    )
  })
  sockets.on('wsClientError', (error: Error, socket: Duplex) =>
    refuseSocket(socket, refuse(400, 'BAD_REQUEST', error.message)),
  )
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
  return Symbol.asyncIterator in result ? sendingTexts(result, rootValue) : result
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
