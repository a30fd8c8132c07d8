import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../config/failure.ts'

const FIRST_DELAY_MS = 100
const MAX_DELAY_MS = 1_000

/** Whom to tell of a pause, and what ends it early. */
export interface RetryOptions {
  /** Called for each failed attempt. */
  onFailure(failure: Failure, attempt: number): void
  /** Called once an attempt succeeds after failures. */
  onRecovery(): void
  /** Ends the waiting with its reason. */
  signal: AbortSignal
}

/**
 * Repeats `work`, which must do all or nothing, until it succeeds, waiting twice as long each time up to a second. Only failures
 * that say so are retried; anything else is thrown at once.
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
      await sleep(Math.min(FIRST_DELAY_MS * 2 ** (attempt - 1), MAX_DELAY_MS), undefined, {
        signal: options.signal,
      })
    }
  }
}
