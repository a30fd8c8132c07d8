import type { Answer } from './api-server.ts'

/** Reads a subscription over Server-Sent Events. */
export class Sse {
  readonly #body: ReadableStream<Uint8Array>
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #abort: AbortController
  #text = ''

  private constructor(response: Response, abort: AbortController) {
    this.#body = response.body!
    this.#reader = this.#body.getReader()
    this.#abort = abort
  }

  /** Subscribes at a URL. @param fetchFn the global fetch, or that of a server without a socket */
  static async open(
    fetchFn: (url: string, init: RequestInit) => Promise<Response> | Response,
    url: string,
    query: string,
    variables: Record<string, unknown> = {},
  ): Promise<Sse> {
    const abort = new AbortController()
    const response = await fetchFn(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query, variables }),
      signal: abort.signal,
    })
    if (response.status !== 200) throw new Error(`status ${response.status}: ${await response.text()}`)
    return new Sse(response, abort)
  }

  /** The next event; undefined when the stream is complete. */
  async next(): Promise<Answer | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n\n')
      if (end >= 0) {
        const event = this.#text.slice(0, end)
        this.#text = this.#text.slice(end + 2)
        if (event.includes('event: complete')) return undefined
        const data = /^data: (.*)$/m.exec(event)?.[1]
        if (data) return JSON.parse(data) as Answer
        continue
      }
      const { done, value } = await this.#reader.read()
      if (done) return undefined
      this.#text += new TextDecoder().decode(value)
    }
  }

  /** The data of the next event. @throws Error if it has errors or the stream has ended */
  // biome-ignore lint/suspicious/noExplicitAny: tests know what they asked for
  async data(): Promise<any> {
    const answer = await this.next()
    if (!answer || answer.errors) throw new Error(JSON.stringify(answer ?? 'the stream ended'))
    return answer.data
  }

  /** Whether no event arrives within `ms`. */
  async quiet(ms: number): Promise<boolean> {
    const next = this.next()
    const timer = new Promise<'quiet'>((resolve) => setTimeout(() => resolve('quiet'), ms))
    const first = await Promise.race([next, timer])
    return first === 'quiet'
  }

  /** Disconnects. */
  async close(): Promise<void> {
    // The reader of a server without a socket would wait for a chunk that it was asked for; a stream of fetch is locked to its reader.
    await this.#body.cancel().catch(() => this.#reader.cancel().catch(() => {}))
    this.#abort.abort()
  }
}
