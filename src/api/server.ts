import { BlockList } from 'node:net'
import DataLoader from 'dataloader'
import { createYoga, type YogaServerInstance } from 'graphql-yoga'
import { type Genesis, genesisToJson } from '../ledger/genesis.ts'
import { quotasOf } from '../ledger/quota.ts'
import type { Database } from '../storage/database.ts'
import { readFinal } from '../storage/reads/transfers.ts'
import { OperationMetrics } from '../telemetry/operation-metrics.ts'
import { Clients } from './budget/clients.ts'
import { HeavyStatements } from './budget/heavy-statements.ts'
import { Unsent } from './budget/unsent.ts'
import { maskError } from './errors.ts'
import { exampleTabs } from './examples.ts'
import { CheckedDocuments } from './execution/checked-documents.ts'
import { KeptAnswers } from './execution/kept-answers.ts'
import { Plans } from './execution/plans.ts'
import { useEventStream } from './http/event-stream.ts'
import { explorerRoutes, pageDocuments } from './http/explorer.ts'
import { graphiqlRoutes } from './http/graphiql.ts'
import { healthRoutes } from './http/health.ts'
import { type ApiLimits, MAX_SUBSCRIPTIONS, OPERATOR_LIMITS, QUERY_WALKS } from './limits.ts'
import { useCache } from './plugins/use-cache.ts'
import { useCompression } from './plugins/use-compression.ts'
import { useFairness } from './plugins/use-fairness.ts'
import { useGuard } from './plugins/use-guard.ts'
import { useHeight } from './plugins/use-height.ts'
import { useHints } from './plugins/use-hints.ts'
import { useNoIntrospection } from './plugins/use-introspection.ts'
import { useLive } from './plugins/use-live.ts'
import { useMetrics } from './plugins/use-metrics.ts'
import { usePlans } from './plugins/use-plans.ts'
import { useRequestBody } from './plugins/use-request-body.ts'
import { useResponseSize } from './plugins/use-response-size.ts'
import { type RouteHandler, useRoutes } from './plugins/use-routes.ts'
import { useSecurity } from './plugins/use-security.ts'
import { useStatus } from './plugins/use-status.ts'
import { useTimeout } from './plugins/use-timeout.ts'
import { useTracing } from './plugins/use-tracing.ts'
import {
  NO_TRUSTED_DOCUMENTS,
  type TrustedDocuments,
  useTrustedDocuments,
} from './plugins/use-trusted-documents.ts'
import { AddressCache } from './request/address-cache.ts'
import { AssetCache } from './request/asset-cache.ts'
import { BlockCache } from './request/block-cache.ts'
import { openContext, type WhenGone } from './request/context.ts'
import { holdingReader } from './request/holding-reader.ts'
import type { ApiServices } from './request/services.ts'
import { TipReader } from './request/tip-reader.ts'
import { WalkQueue } from './request/walk-queue.ts'
import { apiSchema } from './schema.ts'

/** The path of GraphQL over HTTP, Server-Sent Events and WebSocket. */
export const GRAPHQL_PATH = '/graphql'

/** The server without a socket; `yoga.fetch` answers a request. */
export interface ApiServer {
  services: ApiServices
  yoga: YogaServerInstance<object, object>
  kept: KeptAnswers
  metrics: OperationMetrics
}

/** Services that `createApi` makes itself unless they are given. */
type OwnServices = Pick<
  ApiServices,
  'clients' | 'operators' | 'unsent' | 'proxies' | 'stopping' | 'trusted' | 'provers'
>
type GivenServices = Omit<
  ApiServices,
  | 'finals'
  | 'assets'
  | 'documents'
  | 'blocks'
  | 'tips'
  | 'holdings'
  | 'addresses'
  | 'genesisJson'
  | 'quotas'
  | 'walks'
  | 'heavyStatements'
  | keyof OwnServices
> &
  Partial<OwnServices>

/** What a server may be started without. */
export interface ApiSwitches {
  /** The page for everyone, on `/`. Default true. */
  explorer?: boolean
  /** GraphiQL on `/graphiql`, except where only trusted documents run. Default true. */
  graphiql?: boolean
  /** Queries of the schema. Default true. */
  introspection?: boolean
}

/** What a context is made from: the request, and the bytes that the answer may have if the transport has a bound of its own. */
interface Asked {
  request?: Request
  answerBytes?: number
}

/** Assembles the GraphQL server. `routes` see each request before GraphQL does. */
export function createApi(
  given: GivenServices,
  routes: readonly RouteHandler[] = [],
  switches: ApiSwitches = {},
): ApiServer {
  const services: ApiServices = {
    clients: new Clients(given.limits, () => performance.now()),
    operators: new Clients(OPERATOR_LIMITS, () => performance.now()),
    unsent: new Unsent(),
    proxies: new BlockList(),
    stopping: new AbortController().signal,
    provers: () => [],
    ...given,
    trusted: trustedOf(given.trusted ?? NO_TRUSTED_DOCUMENTS, switches),
    finals: finalsLoader(given.database),
    assets: new AssetCache(given.database),
    blocks: new BlockCache(),
    ...readersOf(given.database),
    addresses: new AddressCache(),
    documents: new CheckedDocuments(),
    ...ofGenesis(given.genesis),
    heavyStatements: new HeavyStatements(given.database.sql.options.max),
    walks: walkQueues(given.limits),
  }
  const { limits, log, corsOrigins } = services
  const schema = apiSchema()
  const plans = new Plans(schema)
  const kept = new KeptAnswers()
  const metrics = new OperationMetrics()
  const yoga = createYoga<object, object>({
    schema,
    graphqlEndpoint: GRAPHQL_PATH,
    context: ({ request, answerBytes }: Asked) =>
      openContext(services, whenAborted(request?.signal), answerBytes),
    maskedErrors: { maskError: (error) => maskError(error, log) },
    // Errors are logged where they are masked, so Yoga must not log them again.
    logging: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    batching: false,
    maxRequestBodySize: limits.bodyBytes,
    // Yoga would answer it to whoever asks, before they pay: no URL ends with a space.
    healthCheckEndpoint: ' ',
    cors:
      corsOrigins.length === 0
        ? false
        : { origin: [...corsOrigins], methods: ['GET', 'POST', 'OPTIONS'], credentials: false },
    plugins: [
      useSecurity(),
      useRequestBody(limits.bodyBytes),
      useRoutes(
        [healthRoutes(services, metrics, kept), ...pages(services, switches), ...routes],
        services,
        GRAPHQL_PATH,
      ),
      useTrustedDocuments(services.trusted),
      useMetrics(metrics),
      usePlans(plans, kept, services.documents),
      ...(switches.introspection === false ? [useNoIntrospection()] : []),
      useGuard(services) as never,
      ...(services.tracer ? [useTracing(services.tracer)] : []),
      useTimeout(limits) as never,
      useResponseSize() as never,
      useHints() as never,
      useFairness(services) as never,
      // Outermost, so that a query that waits for a block takes nobody's turn.
      useHeight() as never,
      useLive(services, plans),
      useCache() as never,
      useEventStream(services),
      useStatus(),
      useCompression(),
    ],
  })
  return { services, yoga, kept, metrics }
}

/** A subscription has one walk at a time, so each has a place to wait. */
const walkQueues = ({ subscriptionsPerClient }: ApiLimits): ApiServices['walks'] => ({
  queries: new WalkQueue(QUERY_WALKS),
  live: new WalkQueue({
    running: 1,
    runningPerClient: 1,
    waiting: MAX_SUBSCRIPTIONS,
    waitingPerClient: subscriptionsPerClient,
  }),
})

const whenAborted =
  (signal: AbortSignal | undefined): WhenGone =>
  (abort) => {
    if (signal?.aborted) abort()
    signal?.addEventListener('abort', abort, { once: true })
  }

/** The handlers of what browsers show. */
function pages(services: ApiServices, { explorer = true, graphiql = true }: ApiSwitches): RouteHandler[] {
  const title = `${services.genesis.name} · GraphiQL`
  // Where only trusted documents run, none runs that somebody types.
  const hasGraphiql = graphiql && !services.trusted.only
  return [
    ...(explorer ? [explorerRoutes(hasGraphiql)] : []),
    ...(hasGraphiql ? [graphiqlRoutes(title, exampleTabs(services))] : []),
  ]
}

/** Where only trusted documents run, those of the page run as well, if it is served. */
function trustedOf(given: TrustedDocuments, { explorer = true }: ApiSwitches): TrustedDocuments {
  if (!given.only || !explorer) return given
  return { ...given, texts: new Map([...pageDocuments(), ...given.texts]) }
}

function readersOf(database: Database): Pick<ApiServices, 'tips' | 'holdings'> {
  const tips = new TipReader(database)
  return { tips, holdings: holdingReader(database, tips) }
}

function ofGenesis(genesis: Genesis): Pick<ApiServices, 'genesisJson' | 'quotas'> {
  return { genesisJson: genesisToJson(genesis), quotas: quotasOf(genesis.admission) }
}

function finalsLoader(database: Database): DataLoader<bigint, boolean> {
  return new DataLoader(
    async (hashes) => {
      const found = await readFinal(database, hashes)
      return hashes.map((hash) => found.has(hash))
    },
    { cache: false },
  )
}
