import { pause } from '../process/pause.ts'
import { type EmbeddedOptions, type EmbeddedServer, startEmbedded } from './server.ts'

const FIRST_PAUSE_MS = 500
const MAX_PAUSE_MS = 5_000
/** Failures to start that may pass without a restart of this process, e.g. once there is space again. */
const RETRIED = new Set(['DISK_FULL', 'POSTGRES_START', 'ENOSPC'])

export interface SupervisedOptions extends EmbeddedOptions {
  /** Called with a line for the operator when the server ended, and with the reason when it does not start again yet. */
  onRestart(line: string): void
}

/** An embedded server that is restarted when it ends, for instance killed or out of disk space. */
export interface SupervisedServer {
  /** The same after a restart. */
  url: EmbeddedServer['url']
  /** Rejects when the server cannot be restarted, for a reason that does not pass. */
  readonly failed: Promise<never>
  /** Stops the server and its supervision, and waits for both. */
  stop(): Promise<void>
}

/**
 * Starts the embedded Postgres as `startEmbedded` does, and restarts it whenever it ends before `stop`, with pauses that grow from 0.5 s to
 * 5 s.
 * @throws Failure as `startEmbedded`, for the first start
 */
export async function superviseEmbedded({
  onRestart,
  ...options
}: SupervisedOptions): Promise<SupervisedServer> {
  const stopping = new AbortController()
  const { signal } = stopping
  let server = await startEmbedded(options)
  const { url } = server
  const supervision = (async () => {
    while (!signal.aborted) {
      await server.ended
      if (signal.aborted) return
      const next = await startAgain(options, onRestart, signal)
      if (next === undefined) return
      server = next
    }
    await server.stop()
  })()
  const failed = supervision.then(() => new Promise<never>(() => {}))
  failed.catch(() => {})
  const stop = async () => {
    stopping.abort()
    await Promise.all([server.stop(), supervision.catch(() => {})])
  }
  return { url, failed, stop }
}

/** Tries to start the server until it succeeds. @returns undefined once `signal` aborts */
async function startAgain(
  options: EmbeddedOptions,
  onRestart: (line: string) => void,
  signal: AbortSignal,
): Promise<EmbeddedServer | undefined> {
  let isSaid = false
  let reported: string | undefined
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 2)) {
    await pause(pauseMs, signal)
    if (signal.aborted) return undefined
    // Said only now: whatever ended the server may be ending this process too.
    if (!isSaid) onRestart('Postgres ended; starting it again')
    isSaid = true
    try {
      return await startEmbedded(options)
    } catch (error) {
      const { code = '', message } = error as Error & { code?: string }
      if (!RETRIED.has(code)) throw error
      if (reported !== code) onRestart(`Postgres does not start yet: ${message}`)
      reported = code
    }
  }
}
