/** What asks a program to end: `kill`, Ctrl-C, and a terminal that closes. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** Runs work that has something to clean up: a signal aborts it, and when it has ended this process ends by that signal, as it would have without. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stopping = new AbortController()
  let reason: NodeJS.Signals | undefined
  const stop = (signal: NodeJS.Signals) => {
    reason ??= signal
    stopping.abort(new Error(`stopped by ${signal}`))
  }
  for (const signal of SIGNALS) process.on(signal, stop)
  try {
    return await work(stopping.signal)
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop)
    if (reason !== undefined) process.kill(process.pid, reason)
  }
}
