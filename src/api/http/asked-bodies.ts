import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ExecutionResult } from 'graphql'
import { BoundedCache } from '../../storage/bounded-cache.ts'
import type { BlockRow } from '../../storage/reads/blocks.ts'
import { turns } from '../budget/turns.ts'
import type { Kept, KeptPlace } from '../execution/kept-answers.ts'
import { MIN_HEIGHT } from '../plugins/use-height.ts'
import { clientOf } from '../request/context.ts'
import type { ApiServer } from '../server.ts'
import { holdUntilClosed } from './hold-until-closed.ts'

/** Bytes of all bodies that are kept. */
export const MAX_ASKED_BYTES = 16 * 1024 * 1024
/** What an entry takes beside its body and its key, whose characters count as two bytes each. */
const ENTRY_BYTES = 512
/** Milliseconds that the newest block is waited for before the plugins have the request, which have a deadline and words for it. */
export const TIP_MS = 1_000

/** What the body of a request asks for. */
interface Asked {
  place: KeptPlace
  /** Cost of the operation. */
  cost: number
  /** Name of the operation. */
  name: string
}

/**
 * Bodies of requests that were answered from memory. The same body has the same answer while that is kept, so nothing of it is parsed, checked or
 * executed again. As by the plugins, it is paid for and timed, and not answered before the newest block was read, unless it is settled.
 */
export class AskedBodies {
  readonly #api: ApiServer
  readonly #known = new BoundedCache<string, Asked>(MAX_ASKED_BYTES)
  /** The read of the newest block that was asked for last, and its height; undefined if that is not known in time. */
  #read: Promise<BlockRow> | undefined
  #height: Promise<number | undefined> | undefined

  constructor(api: ApiServer) {
    this.#api = api
  }

  /** What the bodies take, estimated; at most MAX_ASKED_BYTES. */
  get bytes(): number {
    return this.#known.size
  }

  /** Takes note of a body that was answered from memory. */
  add(body: string, asked: Asked): void {
    this.#known.set(body, asked, 2 * (body.length + asked.place.key.length) + ENTRY_BYTES)
  }

  /** The kept answer to a request; undefined if plugins have to find it, to wait for a block, to trace it, or to refuse it. */
  answer(
    request: IncomingMessage,
    response: ServerResponse,
    body: string,
  ): ExecutionResult | Promise<ExecutionResult | undefined> | undefined {
    const { kept, services } = this.#api
    if (request.headers[MIN_HEIGHT] !== undefined || services.tracer !== undefined) return undefined
    const asked = this.#known.get(body)
    const answer = asked && kept.at(asked.place)
    if (asked === undefined || answer === undefined) return undefined
    const beganMs = performance.now()
    const end = turns.begin()
    const give = (height: number | undefined) => {
      end()
      return height === undefined ? undefined : this.#paid(request, response, asked, answer, height, beganMs)
    }
    if (asked.place.isSettled) return give(Math.max(answer.height, services.heights.current))
    return this.#newest().then((height) => give(height === answer.height ? height : undefined))
  }

  /** The answer, if its client can pay for it. */
  #paid(
    request: IncomingMessage,
    response: ServerResponse,
    { cost, name }: Asked,
    { text }: Kept,
    height: number,
    beganMs: number,
  ): ExecutionResult | undefined {
    const { services, metrics } = this.#api
    const client = services.clients.of(clientOf({ req: request, services }))
    if (client.take(cost) > 0 || !holdUntilClosed(services.unsent, client, text.length, response))
      return undefined
    const whole = `{"data":${text},"extensions":{"cost":${cost},"costLeft":${client.left},"height":"${height}"}}`
    metrics.answered(name, (performance.now() - beganMs) / 1_000)
    return { stringify: () => whole } as ExecutionResult
  }

  /** The newest height. Requests that share the read share the wait. */
  #newest(): Promise<number | undefined> {
    const read = this.#api.services.tips.read()
    if (read !== this.#read || this.#height === undefined) {
      this.#read = read
      this.#height = inTime(read)
    }
    return this.#height
  }
}

/** The height of a block; undefined if it cannot be read within TIP_MS. */
function inTime(read: Promise<BlockRow>): Promise<number | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), TIP_MS)
    const done = (height?: number) => {
      clearTimeout(timer)
      resolve(height)
    }
    read.then(
      ({ header }) => done(header.height),
      () => done(),
    )
  })
}
