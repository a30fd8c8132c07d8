import { createSourceEventStream, type ExecutionArgs, type ExecutionResult } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { reject } from '../../ledger/rejection.ts'
import { rejectionError } from '../errors.ts'
import type { Plans } from '../execution/plans.ts'
import { answersTo } from '../live/answers.ts'
import { cancellable, type LiveEvent } from '../live/follow.ts'
import { heldBytes } from '../live/held-bytes.ts'
import { operationName } from '../live/operation-name.ts'
import { resumedAfter } from '../live/resume.ts'
import { type Place, RunningSubscriptions } from '../live/running-subscriptions.ts'
import { SharedLive } from '../live/shared-live.ts'
import { type ApiContext, clientOf } from '../request/context.ts'
import type { ApiServices } from '../request/services.ts'

/** Milliseconds after which a subscription may be asked for again that got no place, or had to make room. */
const RETRY_MS = 1_000

/**
 * Runs subscriptions. Each event is answered as of its own height, and names it in `extensions.height`. Equal subscriptions share the answers. An
 * event is made when the transport asks for the next one, so a slow client makes the server read later and does not make it queue. Concurrent
 * subscriptions are bounded; one that has to make room for another client's ends with an error that says so. A request with the header
 * Last-Event-ID, which an EventSource sends when it reconnects, continues after that event.
 */
export function useLive(services: ApiServices, plans: Plans): Plugin {
  const live = new SharedLive(services)
  const running = new RunningSubscriptions(services.limits)
  return {
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn(async (given: unknown) => {
        const asked = given as ExecutionArgs & { contextValue: ApiContext }
        const client = services.clients.of(clientOf(asked.contextValue))
        const place = running.enter(client, heldBytes(asked))
        if (typeof place === 'number') return tooMany({ max: place })
        try {
          const result = await subscribe(live, plans, asked, place)
          if (!(Symbol.asyncIterator in result)) place.leave()
          return result
        } catch (error) {
          place.leave()
          throw error
        }
      })
    },
  }
}

const tooMany = (data: { max: number } | { reason: string }): ExecutionResult => ({
  errors: [rejectionError(reject('TOO_MANY_REQUESTS', { ...data, retryAfterMs: RETRY_MS }))],
})

/** Starts a subscription, which leaves its place when its events end. */
async function subscribe(
  live: SharedLive,
  plans: Plans,
  asked: ExecutionArgs & { contextValue: ApiContext },
  place: Place,
): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  const { abort, request } = asked.contextValue
  const liveArgs = { ...asked, contextValue: { ...asked.contextValue, live } }
  const lastSeen = request?.headers.get('last-event-id')
  const document = lastSeen ? resumedAfter(asked.schema, asked.document, lastSeen) : asked.document
  const stream = await createSourceEventStream({ ...liveArgs, document })
  if ('errors' in stream) return stream
  const operation = operationName(liveArgs)
  const leave = live.join(operation)
  const { evicted } = place
  const source = stream as AsyncGenerator<readonly LiveEvent<unknown>[]>
  const endSource = () => void source.return?.(undefined).catch(() => {})
  evicted.addEventListener('abort', endSource)
  if (evicted.aborted) endSource()
  const answers = async function* (signal: AbortSignal) {
    yield* answersTo(source, operation, liveArgs, plans, AbortSignal.any([signal, evicted]))
    if (evicted.aborted && !signal.aborted)
      yield tooMany({ reason: 'clients with fewer subscriptions need the place of this one' })
  }
  return cancellable(answers, () => {
    place.leave()
    leave()
    abort.abort()
    endSource()
  })
}
