import { setMaxListeners } from 'node:events'
import type { ExecutionResult, FormattedExecutionResult } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { Failure } from '../../config/failure.ts'
import type { Logger } from '../../telemetry/log.ts'
import { visibleResult } from '../errors.ts'
import { EVENT_AFTER } from '../live/follow.ts'

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

interface Event extends ExecutionResult {
  /** Set where several streams share one text. */
  stringify?: (result: FormattedExecutionResult) => string
  [EVENT_AFTER]?: string | undefined
}

/**
 * Server-Sent Events in the distinct connections mode of graphql-sse, each with an `id` where the subscription takes `after`: an EventSource that
 * reconnects sends it as Last-Event-ID. When the server stops, streams end with the code STOPPING and without `complete`, which clients take as
 * a reason to reconnect.
 */
export function useEventStream(stopping: AbortSignal, log: Logger): Plugin {
  // One listener per stream, and streams are bounded.
  setMaxListeners(0, stopping)
  return {
    onResultProcess({ resultProcessor, setResultProcessor }) {
      // The name is all that tells which media type yoga has chosen.
      if (resultProcessor?.name !== 'processSSEResult') return
      setResultProcessor((result, fetchAPI) => {
        const source = bodyOf(iteratorOf(result as Event | AsyncIterable<Event>), stopping, log)
        return new fetchAPI.Response(new fetchAPI.ReadableStream(source), { headers: HEADERS })
      }, 'text/event-stream')
    },
  }
}

function iteratorOf(result: Event | AsyncIterable<Event>): AsyncIterator<Event> {
  if (Symbol.asyncIterator in result) return result[Symbol.asyncIterator]()
  return (async function* () {
    yield result
  })()
}

/** The bytes of a stream. An event is taken when the client has room for it, so a slow client makes the server wait. */
function bodyOf(
  events: AsyncIterator<Event>,
  stopping: AbortSignal,
  log: Logger,
): UnderlyingDefaultSource<Uint8Array> {
  const encoder = new TextEncoder()
  const ended = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const end = async () => {
    clearInterval(timer)
    ended.abort()
    await events.return?.()
  }
  return {
    start(controller) {
      const send = (text: string) => controller.enqueue(encoder.encode(text))
      const stop = () => {
        send(FAREWELL)
        controller.close()
        end().catch(() => {})
      }
      // The first comment makes browsers see the headers.
      send(':\n\n')
      if (stopping.aborted) return stop()
      stopping.addEventListener('abort', stop, { signal: ended.signal })
      timer = setInterval(() => (controller.desiredSize ?? 0) > 0 && send(':\n\n'), KEEP_ALIVE_MS)
    },
    async pull(controller) {
      const { done, value } = await events.next()
      if (ended.signal.aborted) return
      controller.enqueue(encoder.encode(done ? 'event: complete\ndata:\n\n' : eventText(value, log)))
      if (!done) return
      controller.close()
      await end()
    },
    cancel: end,
  }
}

function eventText(result: Event, log: Logger): string {
  const isPlain = result.errors === undefined && result.extensions?.http === undefined
  const visible = isPlain ? (result as FormattedExecutionResult) : visibleResult(result, log)
  const text = result.stringify?.(visible) ?? JSON.stringify(visible)
  const after = result[EVENT_AFTER]
  return `${after === undefined ? '' : `id: ${after}\n`}event: next\ndata: ${text}\n\n`
}
