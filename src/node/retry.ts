import { Failure } from '../config/failure.ts'
import type { Clock } from '../process/clock.ts'

const FIRST_DELAY_MS = 100
const MAX_DELAY_MS = 1_000

/** Callbacks of `retrying`, and the signal that ends it. */
export interface RetryOptions {
  clock: Clock
  /** Called for each failed attempt. */
  onFailure(failure: Failure, attempt: number): void
  /** Called once an attempt succeeds after failures. */
  onRecovery(): void
  /** Aborting it rejects with its reason during the next wait. */
  signal: AbortSignal
}

/**
 * Runs `work`, which must do everything or nothing, until it succeeds. The wait between attempts doubles, up to a second. Only a Failure
 * with `retry` is retried; any other error is thrown at once.
 */
export async function retrying<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const result = await work()
      if (attempt > 1) options.onRecovery()
      return result
    } catch (error) {
      if (!(error instanceof Failure && error.retry)) throw error
      options.signal.throwIfAborted()
      options.onFailure(error, attempt)
      await sleep(Math.min(FIRST_DELAY_MS * 2 ** (attempt - 1), MAX_DELAY_MS), options)
    }
  }
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
