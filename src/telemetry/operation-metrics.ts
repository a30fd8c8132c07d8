import { Counter, Histogram, Registry } from 'prom-client'

/** Names of operations, and codes of errors, that are counted by themselves. All others together are `other`. */
export const MAX_NAMES = 100
const BUCKETS_S = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** Lets the first MAX_NAMES different names through, so that clients cannot make any number of time series. */
class BoundedNames {
  readonly #known = new Set<string>()

  get(name: string): string {
    if (!this.#known.has(name)) {
      if (this.#known.size >= MAX_NAMES) return 'other'
      this.#known.add(name)
    }
    return name
  }
}

/** What an api counts of GraphQL operations, for Prometheus. */
export class OperationMetrics {
  readonly registry = new Registry()
  readonly #operations = new BoundedNames()
  readonly #codes = new BoundedNames()
  readonly #seconds = new Histogram({
    name: 'inpigritas_api_operation_seconds',
    help: 'Seconds that queries and mutations take, by the name of the operation',
    labelNames: ['operation'],
    buckets: BUCKETS_S,
    registers: [this.registry],
  })
  readonly #subscriptions = new Counter({
    name: 'inpigritas_api_subscriptions_total',
    help: 'Subscriptions that were started, by the name of the operation',
    labelNames: ['operation'],
    registers: [this.registry],
  })
  readonly #errors = new Counter({
    name: 'inpigritas_api_errors_total',
    help: 'Errors in answers, by code',
    labelNames: ['code'],
    registers: [this.registry],
  })

  /** A query or mutation was answered. */
  answered(operation: string, seconds: number): void {
    this.#seconds.observe({ operation: this.#operations.get(operation) }, seconds)
  }

  subscribed(operation: string): void {
    this.#subscriptions.inc({ operation: this.#operations.get(operation) })
  }

  /** An answer has an error with this code. */
  failed(code: string): void {
    this.#errors.inc({ code: this.#codes.get(code) })
  }
}
