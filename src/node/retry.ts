import { Failure } from '../config/failure.ts'
import type { Clock } from '../process/clock.ts'

const FIRST_DELAY_MS = 100
const MAX_DELAY_MS = 1_000
/** An attempt that takes longer counts as failing while it lasts. */
const SLOW_MS = 10_000

/** Callbacks of `retrying`, and the signal that ends it. */
export interface RetryOptions {
  clock: Clock
  /** Called for each failed attempt, and for one that is slow, once. */
  onFailure(failure: Failure, attempt: number): void
  /** Called once an attempt succeeds after failures. */
  onRecovery(): void
  /** Aborting it rejects with its reason during the next wait. */
  signal: AbortSignal
}

/**
 * Runs `work`, which must do everything or nothing, until it succeeds; a slow attempt is waited for all the same. The wait between attempts doubles, up to a second. Only a Failure
 * with `retry` is retried; any other error is thrown at once.
 */
export async function retrying<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  let isFailing = false
  const fail = (failure: Failure, attempt: number) => {
    isFailing = true
    options.onFailure(failure, attempt)
  }
  for (let attempt = 1; ; attempt += 1) {
    const slow = options.clock.after(SLOW_MS, () => fail(noAnswer(), attempt))
    try {
      const result = await work()
      if (isFailing) options.onRecovery()
      return result
    } catch (error) {
      if (!(error instanceof Failure && error.retry)) throw error
      options.signal.throwIfAborted()
      fail(error, attempt)
      options.clock.cancel(slow)
      await sleep(Math.min(FIRST_DELAY_MS * 2 ** (attempt - 1), MAX_DELAY_MS), options)
    } finally {
      options.clock.cancel(slow)
    }
  }
}

function noAnswer(): Failure {
  return new Failure('POSTGRES_SILENT', `Postgres has not answered for ${SLOW_MS / 1_000} s`, {
    hint: 'see whether it runs, and what it waits for in pg_stat_activity',
    retry: true,
  })
}

/** Rejects with the signal's reason when that aborts. */
function sleep(ms: number, { clock, signal }: Pick<RetryOptions, 'clock' | 'signal'>): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clock.cancel(timer)
      reject(signal.reason)
    }
    const timer = clock.after(ms, () => {
      signal.removeEventListener('abort', abort)
      resolve()
    })
    signal.addEventListener('abort', abort, { once: true })
  })
}
