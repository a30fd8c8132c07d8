import { setMaxListeners } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ExecutionResult } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { Failure } from '../../config/failure.ts'
import type { Logger } from '../../telemetry/log.ts'
import { clientOf } from '../request/context.ts'
import type { ApiServices } from '../request/services.ts'
import { COMMENT, COMPLETE, eventText } from './event-text.ts'
import { EventWriter } from './event-writer.ts'

/** Milliseconds between the comments that keep an event stream alive: a client that hears nothing for three times as long has lost it. */
export const KEEP_ALIVE_MS = 10_000

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Proxies that buffer would keep events back.
  'x-accel-buffering': 'no',
}
const STOPPING = new Failure('STOPPING', 'the api stops', {
  hint: 'connect again, with the same after or the last one seen',
  retry: true,
})
const { code, message, retry } = STOPPING
const FAREWELL = `event: next\ndata: ${JSON.stringify({ errors: [{ message, extensions: { code, data: { retry } } }] })}\n\n`

/** Writes the events of an answer to a response whose head is written. */
export type WriteEvents = (response: ServerResponse) => Promise<void>

/** A request whose maker writes events itself: a stream of the Fetch API takes more time than the events. */
export interface TakesEvents {
  takeEvents(write: WriteEvents): void
}

/**
 * Server-Sent Events in the distinct connections mode of graphql-sse, each with an `id` where the subscription takes `after`: an EventSource that
 * reconnects sends it as Last-Event-ID. When the server stops, streams end with the code STOPPING and without `complete`, which clients take as
 * a reason to reconnect.
 */
export function useEventStream(services: ApiServices): Plugin {
  const { stopping, log, unsent } = services
  // One listener per stream, and streams are bounded.
  setMaxListeners(0, stopping)
  return {
    onResultProcess({ request, serverContext, resultProcessor, setResultProcessor }) {
      // The name is all that tells which media type yoga has chosen.
      if (resultProcessor?.name !== 'processSSEResult') return
      setResultProcessor((result, fetchAPI) => {
        const texts = textsOf(result as ExecutionResult | AsyncIterable<ExecutionResult>, log)
        const { takeEvents } = request as Partial<TakesEvents>
        const { req } = serverContext as { req?: IncomingMessage }
        const hold = (bytes: number, cut: () => void) =>
          unsent.hold(services.clients.of(clientOf({ req, services })), bytes, cut)
        takeEvents?.call(request, (response) => writeEvents(new EventWriter(response, hold), texts, stopping))
        const body = takeEvents ? null : new fetchAPI.ReadableStream(bodyOf(texts, stopping))
        return new fetchAPI.Response(body, { headers: HEADERS })
      }, 'text/event-stream')
    },
  }
}

/** The texts of a stream of events, or of one result. */
function textsOf(
  result: ExecutionResult | AsyncIterable<ExecutionResult>,
  log: Logger,
): AsyncIterator<string, undefined> {
  if (!(Symbol.asyncIterator in result)) {
    return (async function* () {
      yield eventText(result, log)
    })() as AsyncIterator<string, undefined>
  }
  const events = result[Symbol.asyncIterator]()
  const done = { done: true, value: undefined } as const
  return {
    next: () =>
      events
        .next()
        .then((event) => (event.done ? done : { done: false, value: eventText(event.value, log) })),
    async return() {
      await events.return?.()
      return done
    },
  }
}

/** Runs what a stream does beside its events: comments while it is idle, and a farewell when the server stops. @returns a function that ends it */
function accompany(stopping: AbortSignal, keepAlive: () => void, farewell: () => void): () => void {
  const timer = setInterval(keepAlive, KEEP_ALIVE_MS)
  stopping.addEventListener('abort', farewell)
  if (stopping.aborted) farewell()
  return () => {
    clearInterval(timer)
    stopping.removeEventListener('abort', farewell)
  }
}

async function writeEvents(
  writer: EventWriter,
  texts: AsyncIterator<string>,
  stopping: AbortSignal,
): Promise<void> {
  const { response } = writer
  const end = accompany(
    stopping,
    () => writer.keepAlive(),
    () => writer.end(FAREWELL),
  )
  const leave = () => {
    end()
    texts.return?.().catch(() => {})
  }
  if (response.destroyed) return leave()
  response.once('close', leave)
  await writer.writeAll(texts)
}

/** The bytes of a stream. An event is taken when the client has room for it. */
function bodyOf(texts: AsyncIterator<string>, stopping: AbortSignal): UnderlyingDefaultSource<Uint8Array> {
  const encoder = new TextEncoder()
  let isOver = false
  let leave = () => {}
  const end = async () => {
    isOver = true
    leave()
    await texts.return?.()
  }
  return {
    start(controller) {
      const send = (text: string) => controller.enqueue(encoder.encode(text))
      const stop = () => {
        send(FAREWELL)
        controller.close()
        end().catch(() => {})
      }
      send(COMMENT)
      leave = accompany(stopping, () => (controller.desiredSize ?? 0) > 0 && send(COMMENT), stop)
      if (isOver) leave()
    },
    async pull(controller) {
      const { done, value } = await texts.next()
      if (isOver) return
      controller.enqueue(encoder.encode(done ? COMPLETE : value))
      if (!done) return
      controller.close()
      await end()
    },
    cancel: end,
  }
}
