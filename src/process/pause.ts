/**
 * Resolves after `ms` milliseconds, or as soon as `signal` aborts: for loops that check the signal themselves. Where an abort should end the work
 * with an error, use setTimeout of node:timers/promises, which rejects. Runs in browsers too.
 */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
    if (signal.aborted) done()
  })
}
