import { Agent, request } from 'node:http'
import { median, milliseconds, percentile } from './report.ts'

/** What came back for a question. */
export interface Reply {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: benchmarks know what they asked for
  body: any
}

/** A client of an api at a loopback address of its own, so that it has a budget of its own. */
export class Asker {
  readonly localAddress: string
  readonly #url: string
  readonly #agent: Agent

  /** @param n number of the client, 0 to 250 */
  constructor(url: string, n: number) {
    this.#url = `${url}/graphql`
    this.localAddress = `127.0.0.${2 + n}`
    this.#agent = new Agent({ keepAlive: true, localAddress: this.localAddress })
  }

  ask(query: string, variables: object = {}): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', accept: 'application/json' }
      const asked = request(this.#url, { method: 'POST', headers, agent: this.#agent }, (response) => {
        response.setEncoding('utf8')
        let text = ''
        response.on('data', (part: string) => {
          text += part
        })
        response.on('end', () => resolve({ status: response.statusCode!, body: JSON.parse(text) }))
        response.on('error', reject)
      })
      asked.on('error', reject)
      asked.end(JSON.stringify({ query, variables }))
    })
  }

  /** Asks again and again, one question after the other, until `isOver`. @returns milliseconds that each took */
  async askUntil(isOver: (asked: number) => boolean, query: string): Promise<number[]> {
    const times: number[] = []
    while (!isOver(times.length)) {
      const began = performance.now()
      const { status, body } = await this.ask(query)
      if (status !== 200 || body.errors) throw new Error(`status ${status}: ${JSON.stringify(body)}`)
      times.push(performance.now() - began)
    }
    return times
  }

  close(): void {
    this.#agent.destroy()
  }
}

export const both = (ms: readonly number[]) =>
  `p50 ${milliseconds(median(ms))}, p99 ${milliseconds(percentile(ms, 99))}`

/** How many times as long questions took as others: at p50 and at p99. */
export function ratio(busy: readonly number[], quiet: readonly number[]): string {
  const at = (p: number) => (percentile(busy, p) / percentile(quiet, p)).toFixed(1)
  return `p50 ${at(50)}, p99 ${at(99)}`
}
