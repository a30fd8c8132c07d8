import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** What an api has used. */
export interface ApiUsage {
  /** Bytes of resident memory. */
  memory: number
  /** Longest time, since the last question, for which its event loop did nothing else, in milliseconds. */
  longestBlockMs: number
}

/** Asks an api process (`api-process.ts`) what it has used. One question at a time. */
export async function usageOf(api: ChildProcess): Promise<ApiUsage> {
  const answer = once(api, 'message')
  api.send('usage')
  return ((await answer) as [ApiUsage])[0]
}

/** Asks an api now and then, until it is stopped. */
export class UsageWatch {
  readonly #api: ChildProcess
  readonly #everyMs: number
  readonly #asked: Promise<void>
  #isOver = false
  /** The most of each so far. */
  readonly peak: ApiUsage = { memory: 0, longestBlockMs: 0 }

  constructor(api: ChildProcess, everyMs: number) {
    this.#api = api
    this.#everyMs = everyMs
    this.#asked = this.#ask()
  }

  async stop(): Promise<void> {
    this.#isOver = true
    await this.#asked
  }

  async #ask(): Promise<void> {
    while (!this.#isOver) {
      await new Promise((resolve) => setTimeout(resolve, this.#everyMs))
      const { memory, longestBlockMs } = await usageOf(this.#api)
      this.peak.memory = Math.max(this.peak.memory, memory)
      this.peak.longestBlockMs = Math.max(this.peak.longestBlockMs, longestBlockMs)
    }
  }
}
