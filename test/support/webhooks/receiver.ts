import { createHmac, timingSafeEqual } from 'node:crypto'
import http, { type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A request that a receiver got. */
export interface Received {
  headers: IncomingHttpHeaders
  body: string
  id: string
  data: { height: string; more: boolean; transfers: { position: string; asset: string }[] }
}

/** A receiver of webhooks. Tests choose how it answers. */
export class Receiver {
  readonly received: Received[] = []
  /** Answers the request with this number, counted from 1. By default each is taken. */
  answer: (response: ServerResponse, number: number) => void = (response) => response.end()
  readonly #server: http.Server
  readonly #origin: string

  /** @param tls serves HTTPS, for the name `localhost` */
  constructor(tls?: { key: string; cert: string }) {
    this.#server = tls ? https.createServer(tls, this.#take) : http.createServer(this.#take)
    this.#origin = tls ? 'https://localhost' : 'http://127.0.0.1'
  }

  readonly #take = async (request: http.IncomingMessage, response: ServerResponse) => {
    const body = await text(request).catch(() => '')
    if (body === '') return
    const id = String(request.headers['webhook-id'])
    this.received.push({ headers: request.headers, body, id, data: JSON.parse(body).data })
    this.answer(response, this.received.length)
  }

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return this
  }

  get url(): string {
    return `${this.#origin}:${(this.#server.address() as AddressInfo).port}/hook`
  }

  /** Positions of all records that were received, those of repeated messages included. */
  get positions(): number[] {
    return this.received.flatMap(({ data }) => data.transfers.map(({ position }) => Number(position)))
  }

  /** Positions in order of arrival, without messages that had come before. */
  get newPositions(): number[] {
    const seen = new Set<string>()
    return this.received
      .filter(({ id }) => !seen.has(id) && seen.add(id))
      .flatMap(({ data }) => data.transfers.map(({ position }) => Number(position)))
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

/** Whether a message is genuine, as docs/using.md tells receivers to check it. */
export function isGenuine(secret: string, headers: IncomingHttpHeaders, body: string): boolean {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const expected = Buffer.from(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`)
  const isRecent = Math.abs(Date.now() / 1000 - Number(headers['webhook-timestamp'])) < 300
  const given = Buffer.from(String(headers['webhook-signature']))
  return isRecent && given.length === expected.length && timingSafeEqual(given, expected)
}
