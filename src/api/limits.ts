/** The most that one request may ask for; `service.limits` shows these numbers. */
export interface ApiLimits {
  /** Items per page. */
  pageSize: number
  /** Nested fields. */
  depth: number
  /** Cost of an operation: 1 per field, times the page size that it is under. */
  cost: number
  /** Aliases in a document. */
  aliases: number
  /** Tokens in a document. */
  tokens: number
  /** Bytes of a request's body. */
  bodyBytes: number
  /** Hops per page of a trace. */
  traceHops: number
  /** Steps that a trace follows at most. */
  traceDepth: number
  /** Subscriptions per connection. */
  subscriptions: number
  /** Milliseconds that a query may take. */
  timeoutMs: number
  /** Milliseconds that `wait: FINAL` waits before it answers TIMEOUT. */
  waitMs: number
}

/** Shipped limits: an explorer's page fits well inside, a whole chain in one request does not. */
export const DEFAULT_LIMITS: ApiLimits = {
  pageSize: 100,
  depth: 16,
  cost: 50_000,
  aliases: 30,
  tokens: 2_000,
  bodyBytes: 128 * 1024,
  traceHops: 1_000,
  traceDepth: 10_000,
  subscriptions: 50,
  timeoutMs: 10_000,
  waitMs: 60_000,
}

/** Items on a page when neither `first` nor `last` is given. */
export const DEFAULT_PAGE_SIZE = 20
/** Hops on a page of a trace when `first` is not given. */
export const DEFAULT_TRACE_HOPS = 200
/** Operations one document may hold. */
export const MAX_OPERATIONS = 10
/** Subscriptions this server holds at once, all clients together. */
export const MAX_SUBSCRIPTIONS = 2_000
/** WebSocket connections at once. */
export const MAX_SOCKETS = 1_000
/** Hops of a trace that can be followed live. */
export const MAX_LIVE_HOPS = 5_000
/** Batches whose proof was asked for and that wait for a prover. */
export const MAX_REQUESTED_PROOFS = 64
