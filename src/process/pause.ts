import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Resolves after `ms` milliseconds, or as soon as `signal` aborts: for loops that look at the signal themselves. Where an abort should end the
 * work with an error, use setTimeout of node:timers/promises, which rejects.
 */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
