import type { ExportSource } from '../export/lists.ts'
import type { Database } from '../storage/database.ts'
import { listenHeights, nextPosition } from '../storage/heights.ts'
import {
  holdWebhookLock,
  moveCursor,
  readWebhook,
  readWebhooks,
  storeFailure,
  type Webhook,
} from '../storage/webhooks.ts'
import type { Logger } from '../telemetry/log.ts'
import { type Delivery, nextDelivery } from './message.ts'
import { postMessage } from './post.ts'
import { signatureHeaders } from './sign.ts'

/** Bounds of deliveries. */
export interface WebhookLimits {
  /** Records per message. */
  maxRecords: number
  /** Milliseconds that an attempt may take. */
  timeoutMs: number
  /** Attempts that may fail one after the other before a webhook is given up: with the pauses below, 3 days and 16 hours. */
  maxAttempts: number
  /** Milliseconds to wait after so many failed attempts. */
  pauseMs: (attempts: number) => number
  /** Longest time between two looks at the webhooks, which other processes may have changed. */
  sweepMs: number
}

const LIMITS: WebhookLimits = {
  maxRecords: 100,
  timeoutMs: 15_000,
  maxAttempts: 100,
  pauseMs: (attempts) => Math.min(1_000 * 2 ** (attempts - 1), 3_600_000),
  sweepMs: 10_000,
}
/** Positions without a match after which the cursor is moved past them, so that a restart does not search them again. */
const SKIP = 10_000
/** The receiver says that it wants nothing more (Standard Webhooks). */
const GONE = 410

export interface DelivererOptions extends ExportSource {
  /** A Database with one connection that nothing else uses, for the locks. */
  session: Database
  log: Logger
  version: string
  limits?: Partial<WebhookLimits>
}

export interface Deliverer {
  /** Looks at the webhooks now, because one was changed. */
  wake(): void
  stop(): Promise<void>
}

/**
 * Delivers final transfers to webhooks: at least once, and to each webhook in order. The cursor moves after the receiver has taken a message, so
 * a crash between the two repeats the message under the same id. Of several processes on one database, the one that has a webhook's lock delivers.
 */
export async function startDeliverer(options: DelivererOptions): Promise<Deliverer> {
  const { database, log } = options
  const work = new Work(options)
  const listener = await listenHeights(database, () => work.sweep(), {
    checkMs: work.limits.sweepMs,
    onError: (err) => log.warn({ err }, 'heights cannot be compared'),
  })
  work.sweep()
  return {
    wake: () => work.sweep(),
    async stop() {
      await listener.stop()
      await work.stop()
    },
  }
}

class Work {
  readonly limits: WebhookLimits
  readonly #options: DelivererOptions
  readonly #stopping = new AbortController()
  /** The webhooks that are worked on. */
  readonly #running = new Map<number, Promise<void>>()
  /** Position up to which nothing matches beyond a webhook's cursor. */
  readonly #searched = new Map<number, number>()
  /** Those of them for which there may be more than they saw. */
  readonly #missed = new Set<number>()
  #timer: NodeJS.Timeout | undefined
  #sweeping: Promise<void> | undefined
  #again = false

  constructor(options: DelivererOptions) {
    this.#options = options
    this.limits = { ...LIMITS, ...options.limits }
  }

  /** Starts work on all webhooks that are due, and plans the next look. One look runs at a time; one that is asked for meanwhile follows it. */
  sweep(): void {
    this.#again = true
    this.#sweeping ??= this.#sweep().finally(() => {
      this.#sweeping = undefined
    })
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    clearTimeout(this.#timer)
    await this.#sweeping
    await Promise.all(this.#running.values())
  }

  async #sweep(): Promise<void> {
    while (this.#again && !this.#stopping.signal.aborted) {
      this.#again = false
      let nextMs = this.limits.sweepMs
      try {
        for (const { id, state, waitMs } of await readWebhooks(this.#options.database)) {
          if (state !== 'active') continue
          if (waitMs > 0) nextMs = Math.min(nextMs, Math.ceil(waitMs))
          else if (this.#running.has(id)) this.#missed.add(id)
          else this.#start(id)
        }
      } catch (err) {
        this.#options.log.warn({ err }, 'webhooks cannot be read')
      }
      this.#plan(nextMs)
    }
  }

  #plan(ms: number): void {
    clearTimeout(this.#timer)
    if (this.#stopping.signal.aborted) return
    this.#timer = setTimeout(() => this.sweep(), ms)
    this.#timer.unref()
  }

  #start(id: number): void {
    const work = async () => {
      while (!this.#stopping.signal.aborted && (await this.#step(id)));
    }
    const running = work()
      .catch((err) => this.#options.log.warn({ err, webhook: id }, 'a webhook cannot be served'))
      .finally(() => {
        this.#running.delete(id)
        if (this.#missed.delete(id)) this.sweep()
      })
    this.#running.set(id, running)
  }

  /** Delivers the next message. @returns false if there is none, or if it failed */
  async #step(id: number): Promise<boolean> {
    const { database, session } = this.#options
    const webhook = await readWebhook(database, id)
    if (webhook?.state !== 'active' || webhook.waitMs > 0) return false
    if (!(await holdWebhookLock(session, id))) return false
    const end = await nextPosition(database)
    const from = Math.max(webhook.cursor, this.#searched.get(id) ?? 0)
    const { maxRecords } = this.limits
    const next = await nextDelivery(this.#options, webhook, { from, end, maxRecords })
    if (typeof next === 'number') return this.#skip(webhook, next, end)
    return this.#deliver(webhook, next)
  }

  async #skip(webhook: Webhook, to: number, end: number): Promise<boolean> {
    this.#searched.set(webhook.id, to)
    if (to - webhook.cursor >= SKIP && !(await moveCursor(this.#options.database, webhook, to, false)))
      return false
    return to < end
  }

  async #deliver(webhook: Webhook, { messageId, body, end }: Delivery): Promise<boolean> {
    const { database, log, version } = this.#options
    const headers = {
      'content-type': 'application/json',
      'user-agent': `inpigritas/${version}`,
      ...signatureHeaders(webhook.secret, messageId, Math.floor(Date.now() / 1000), body),
    }
    const { timeoutMs, maxAttempts, pauseMs } = this.limits
    const { signal } = this.#stopping
    const bounds = { allowPrivate: webhook.allowPrivate, timeoutMs, signal }
    const answer = await postMessage({ url: webhook.url, headers, body }, bounds)
    if (typeof answer === 'number' && answer >= 200 && answer < 300)
      return moveCursor(database, webhook, end, true)
    if (signal.aborted) return false
    const error = typeof answer === 'number' ? `HTTP ${answer}` : answer
    const attempts = webhook.attempts + 1
    const isOver = answer === GONE || attempts >= maxAttempts
    log.warn({ webhook: webhook.id, error, attempts, isOver }, 'a message was not delivered')
    await storeFailure(database, webhook, error, isOver ? undefined : pauseMs(attempts))
    this.sweep()
    return false
  }
}
