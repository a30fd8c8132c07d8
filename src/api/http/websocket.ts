import type { Server } from 'node:http'
import { GraphQLError } from 'graphql'
import { handleProtocols } from 'graphql-ws'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import { reject } from '../../ledger/rejection.ts'
import { maskError, rejectionError } from '../errors.ts'
import { MAX_SOCKETS } from '../limits.ts'
import { originAllowed } from '../plugins/use-security.ts'
import type { ApiServer } from '../server.ts'

/** Milliseconds that a client has for `connection_init` after the socket opened. */
const HELLO_MS = 5_000

interface Enveloped {
  execute(args: unknown): unknown
  subscribe(args: unknown): unknown
}

/**
 * GraphQL over WebSocket (protocol `graphql-transport-ws`) on `path` of an HTTP server. Operations pass the same plugins as over HTTP. Sockets,
 * bytes per message and subscriptions per socket are bounded.
 */
export function serveWebSocket(server: Server, path: string, api: ApiServer): { stop(): Promise<void> } {
  const { limits, log, corsOrigins } = api.services
  const sockets = new WebSocketServer({
    server,
    path,
    handleProtocols,
    maxPayload: limits.bodyBytes,
    perMessageDeflate: false,
    verifyClient: ({ origin, req }: { origin: string; req: { headers: { host?: string | undefined } } }) =>
      sockets.clients.size < MAX_SOCKETS && originAllowed(origin, req.headers.host, corsOrigins),
  })
  const disposable = useServer(
    {
      connectionInitWaitTimeout: HELLO_MS,
      execute: (args) => (args.rootValue as Enveloped).execute({ ...args, rootValue: undefined }) as never,
      subscribe: (args) =>
        (args.rootValue as Enveloped).subscribe({ ...args, rootValue: undefined }) as never,
      async onSubscribe(context, _id, params) {
        // The new socket is already part of the count.
        if (Object.keys(context.subscriptions).length > limits.subscriptions) {
          return [rejectionError(reject('TOO_MANY_REQUESTS', { max: limits.subscriptions }))]
        }
        try {
          return await prepare(api, context.extra.request, params)
        } catch (error) {
          return [error instanceof GraphQLError ? error : maskError(error, log)]
        }
      },
    },
    sockets,
  )
  return { stop: async () => disposable.dispose() }
}

/** Parses and validates one operation, and builds the context that it runs in. */
async function prepare(
  api: ApiServer,
  upgrade: unknown,
  params: {
    query: string
    operationName?: string | null | undefined
    variables?: Record<string, unknown> | null | undefined
  },
) {
  const enveloped = api.yoga.getEnveloped({ req: upgrade, params } as never)
  const { schema, execute, subscribe, contextFactory, parse, validate } = enveloped
  const document = parse(params.query)
  const errors = validate(schema, document)
  if (errors.length > 0) return errors as GraphQLError[]
  return {
    schema,
    document,
    operationName: params.operationName,
    variableValues: params.variables,
    contextValue: await contextFactory(),
    rootValue: { execute, subscribe },
  }
}
