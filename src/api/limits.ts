import type { QueueLimits } from './budget/fair-queue.ts'

/** The most that a request, or all requests of a client, may ask for; `service.limits` shows these numbers. */
export interface ApiLimits {
  /** Items per page. */
  pageSize: number
  /** Nested fields. */
  depth: number
  /** Cost of an operation; see `cost.ts`. */
  cost: number
  /** Aliases in a document. */
  aliases: number
  /** Tokens in a document. */
  tokens: number
  /** Bytes of a request's body. */
  bodyBytes: number
  /** Levels of lists and objects inside one argument or variable. */
  inputDepth: number
  /** Bytes of an answer over HTTP, as JSON and before compression. */
  responseBytes: number
  /** Bytes of an event of a subscription, and of an answer over WebSocket. */
  eventBytes: number
  /** Hops per page of a trace. */
  traceHops: number
  /** Steps that a trace follows at most. */
  traceDepth: number
  /** Records that all traces of a request look up at most: at least twice `traceDepth`, so that every page gets on. */
  traceRecords: number
  /** Subscriptions per connection. */
  subscriptions: number
  /** Blocks that a subscription replays. */
  replayBlocks: number
  /** Records, or batches, that a subscription replays. */
  replayRecords: number
  /** Subscriptions per client: all connections of an address together. */
  subscriptionsPerClient: number
  /** Bytes that the documents and variables of a client's subscriptions take; see `heldBytes`. */
  subscriptionBytesPerClient: number
  /** WebSocket connections per client. */
  socketsPerClient: number
  /** TCP connections per address. Trusted proxies may have more. */
  connectionsPerClient: number
  /** Mutations of a client that run at a time; one that waits for a block counts as well. */
  submissionsPerClient: number
  /** Mutations of all clients that run at a time: half of what the node takes at a time, so that other apis and reads of its pool have room. */
  submissionsInAll: number
  /** Queries that run and wait at a time. */
  executions: QueueLimits
  /** Cost that a client can save up. */
  bucket: number
  /** Cost that a client gets per second. */
  refillPerSecond: number
  /** Clients that have an account of their own. Further ones share one. */
  clients: number
  /** Milliseconds that a query may take. */
  timeoutMs: number
  /** Milliseconds that `wait: FINAL` waits before it answers TIMEOUT. */
  waitMs: number
}

/** What `service.limits` shows: the limits of requests, and those of the whole server. */
export interface AnnouncedLimits extends ApiLimits {
  executions: QueueLimits & { heavyAbove: number }
  operations: number
  liveHops: number
  requestedProofs: number
  requestedProofsPerClient: number
  subscriptionsInAll: number
  subscriptionBytesInAll: number
  socketsInAll: number
  connectionsInAll: number
}

/** Default limits: enough for any page of an explorer, too little to read a whole chain in one request. */
export const DEFAULT_LIMITS: ApiLimits = {
  pageSize: 100,
  depth: 16,
  cost: 100_000,
  aliases: 30,
  tokens: 2_000,
  bodyBytes: 128 * 1024,
  inputDepth: 8,
  responseBytes: 16 * 1024 * 1024,
  eventBytes: 4 * 1024 * 1024,
  traceHops: 1_000,
  traceDepth: 10_000,
  traceRecords: 25_000,
  subscriptions: 50,
  replayBlocks: 10_000,
  replayRecords: 100_000,
  subscriptionsPerClient: 200,
  subscriptionBytesPerClient: 8 * 1024 * 1024,
  socketsPerClient: 50,
  connectionsPerClient: 500,
  submissionsPerClient: 256,
  submissionsInAll: 2_048,
  executions: { running: 16, runningPerClient: 8, waiting: 512, waitingPerClient: 64 },
  bucket: 1_000_000,
  refillPerSecond: 200_000,
  clients: 10_000,
  timeoutMs: 10_000,
  waitMs: 60_000,
}

/** Cost of a request that is not GraphQL, by the time that it takes (`npm run bench -- shell`); an export and a tile cost more (`EXPORT_COST`). */
export const ROUTE_COST = 400
/** Bytes of its answer that cost one more, by the time that sending them takes. */
export const ROUTE_BYTES_PER_COST = 4_096
/** Bytes of an answer of GraphQL that its fields pay for. */
const PAID_BYTES = 256 * 1024
/** What an answer of GraphQL costs beside its fields, whose cost does not count the lengths of names. */
export const costOfBytes = (bytes: number): number =>
  bytes > PAID_BYTES ? Math.floor(bytes / ROUTE_BYTES_PER_COST) : 0
/** What monitors, provers and the operator may ask from an address, apart from all else: 1,000 requests at once, then 100 per second. */
export const OPERATOR_LIMITS = {
  bucket: 1_000 * ROUTE_COST,
  refillPerSecond: 100 * ROUTE_COST,
  clients: 10_000,
}
/** Milliseconds that the database has for what a page or /health can do without. */
export const OPTIONAL_READ_MS = 1_000
/** Items per page when neither `first` nor `last` is given. */
export const DEFAULT_PAGE_SIZE = 20
/** Hops per page of a trace when `first` is not given. */
export const DEFAULT_TRACE_HOPS = 200
/** Values per list in a filter of transfers. */
export const MAX_FILTER_VALUES = 20
/** Codes in a filter of assets: as many as fit a page. */
export const MAX_CODES = 100
/** Intervals of activity per field. */
export const MAX_INTERVALS = 100
/** Characters of a text to search for. */
export const MAX_SEARCH_CHARACTERS = 128
/** Results of a search. */
export const MAX_SEARCH_RESULTS = 16
/** Operations per document. */
export const MAX_OPERATIONS = 10
/** Concurrent subscriptions of all clients. */
export const MAX_SUBSCRIPTIONS = 2_000
/** Bytes of the documents and variables of all subscriptions. */
export const MAX_SUBSCRIPTION_BYTES = 64 * 1024 * 1024
/** Concurrent WebSocket connections. */
export const MAX_SOCKETS = 1_000
/** Hops of a trace that a subscription can follow. */
export const MAX_LIVE_HOPS = 5_000
/** Traces that are walked at a time for queries, and requests that wait for their turn. */
export const QUERY_WALKS: QueueLimits = {
  running: 2,
  runningPerClient: 2,
  waiting: 100,
  waitingPerClient: 25,
}
/** What each record costs that a trace looks up beyond one for each hop of its page, which `perItem` of its `@cost` pays for: `npm run bench traces`. */
export const COST_PER_TRACED_RECORD = 10
/** Requested proofs that may wait for a prover. Those that were given up do not count. */
export const REQUESTED_PROOFS = { perClient: 16, inAll: 1_024 }
