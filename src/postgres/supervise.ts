import { setTimeout as sleep } from 'node:timers/promises'
import { type EmbeddedOptions, type EmbeddedServer, startEmbedded } from './server.ts'

const FIRST_PAUSE_MS = 500
const MAX_PAUSE_MS = 5_000
/** Reasons not to start that pass by themselves, or once somebody made room. */
const PASSING = new Set(['DISK_FULL', 'POSTGRES_START', 'ENOSPC'])

export interface KeptOptions extends EmbeddedOptions {
  /** Told when it ended, and why it does not start again yet. */
  onRestart(line: string): void
}

/** An embedded server that is started again when it ends: killed, or out of space. */
export interface KeptServer {
  /** The same for every start. */
  url: EmbeddedServer['url']
  /** Rejects when it cannot be started again for a reason that does not pass. */
  readonly failed: Promise<never>
  stop(): Promise<void>
}

/**
 * Starts the embedded Postgres as startEmbedded does, and again, with pauses that grow, whenever it ends before `stop`.
 * @throws Failure as startEmbedded, for the first start
 */
export async function keepEmbedded({ onRestart, ...options }: KeptOptions): Promise<KeptServer> {
  const stopping = new AbortController()
  const { signal } = stopping
  let server = await startEmbedded(options)
  const { url } = server
  const kept = (async () => {
    while (!signal.aborted) {
      await server.ended
      if (signal.aborted) return
      onRestart('Postgres ended; starting it again')
      const next = await startAgain(options, onRestart, signal)
      if (next === undefined) return
      server = next
    }
    await server.stop()
  })()
  const failed = kept.then(() => new Promise<never>(() => {}))
  failed.catch(() => {})
  const stop = async () => {
    stopping.abort()
    await Promise.all([server.stop(), kept.catch(() => {})])
  }
  return { url, failed, stop }
}

/** @returns nothing once `signal` aborts */
async function startAgain(
  options: EmbeddedOptions,
  onRestart: (line: string) => void,
  signal: AbortSignal,
): Promise<EmbeddedServer | undefined> {
  let told: string | undefined
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 2)) {
    await sleep(pauseMs, undefined, { signal }).catch(() => {})
    if (signal.aborted) return undefined
    try {
      return await startEmbedded(options)
    } catch (error) {
      const { code = '', message } = error as Error & { code?: string }
      if (!PASSING.has(code)) throw error
      if (told !== code) onRestart(`Postgres does not start yet: ${message}`)
      told = code
    }
  }
}
