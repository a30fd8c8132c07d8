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

/** What an api holds once its garbage is collected. */
export interface ApiHeap {
  /** Bytes of its heap, and of what is outside of it for objects of the heap. */
  bytes: number
  /** Bytes of the answers that it keeps, which are bounded. */
  keptAnswers: number
}

/** Has an api process (`api-process.ts`) collect its garbage, and asks what is left. @param url of the api */
export async function heapOf(api: ChildProcess, url: string): Promise<ApiHeap> {
  const answer = once(api, 'message')
  api.send('heap')
  const [bytes] = (await answer) as [number]
  const metrics = await (await fetch(`${url}/metrics`)).text()
  const kept = /^inpigritas_api_kept_answers_bytes (\d+)$/m.exec(metrics)?.[1]
  if (kept === undefined) throw new Error('the api does not say what it keeps')
  return { bytes, keptAnswers: Number(kept) }
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
