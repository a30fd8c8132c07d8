import { createSourceEventStream, type ExecutionArgs, type ExecutionResult } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { reject } from '../../ledger/rejection.ts'
import { rejectionError } from '../errors.ts'
import type { Plans } from '../execution/plans.ts'
import { MAX_SUBSCRIPTION_BYTES, MAX_SUBSCRIPTIONS } from '../limits.ts'
import { answersTo } from '../live/answers.ts'
import { cancellable, type LiveEvent } from '../live/follow.ts'
import { heldBytes } from '../live/held-bytes.ts'
import { operationName } from '../live/operation-name.ts'
import { resumedAfter } from '../live/resume.ts'
import { SharedLive } from '../live/shared-live.ts'
import { type ApiContext, clientOf } from '../request/context.ts'
import type { ApiServices } from '../request/services.ts'

/**
 * Runs subscriptions. Each event is answered as of its own height, and names it in `extensions.height`. Equal subscriptions share the answers. An
 * event is made when the transport asks for the next one, so a slow client makes the server read later and does not make it queue. The number
 * of concurrent subscriptions is bounded. A request with the header Last-Event-ID, which an EventSource sends when it reconnects, continues
 * after that event.
 */
export function useLive(services: ApiServices, plans: Plans): Plugin {
  const live = new SharedLive(services)
  let running = 0
  let held = 0
  /** Counts a subscription, from before anything is read for it. @returns a function that counts it no longer */
  const enter = (context: ApiContext, bytes: number) => {
    const { open } = services.clients.of(clientOf(context))
    const count = (sign: 1 | -1) => {
      running += sign
      held += sign * bytes
      open.subscriptions += sign
      open.subscriptionBytes += sign * bytes
    }
    count(1)
    return () => count(-1)
  }
  /** The bound that one more subscription would exceed. */
  const exceeded = (context: ApiContext, bytes: number): number | undefined => {
    const { open } = services.clients.of(clientOf(context))
    const { subscriptionBytesPerClient: share } = services.limits
    if (running >= MAX_SUBSCRIPTIONS) return MAX_SUBSCRIPTIONS
    if (held + bytes > MAX_SUBSCRIPTION_BYTES) return MAX_SUBSCRIPTION_BYTES
    return open.subscriptionBytes + bytes > share ? share : undefined
  }
  return {
    onSubscribe({ args, setSubscribeFn, setResultAndStopExecution }) {
      const bytes = heldBytes(args as ExecutionArgs)
      const max = exceeded(args.contextValue as ApiContext, bytes)
      if (max !== undefined) {
        const error = rejectionError(reject('TOO_MANY_REQUESTS', { max }))
        return setResultAndStopExecution({ errors: [error] })
      }
      setSubscribeFn(async (given: unknown) => {
        const asked = given as ExecutionArgs & { contextValue: ApiContext }
        const leave = enter(asked.contextValue, bytes)
        try {
          const result = await subscribe(live, plans, asked, leave)
          if (!(Symbol.asyncIterator in result)) leave()
          return result
        } catch (error) {
          leave()
          throw error
        }
      })
    },
  }
}

/** Starts a subscription. `onEnd` is called when its events end. */
async function subscribe(
  live: SharedLive,
  plans: Plans,
  asked: ExecutionArgs & { contextValue: ApiContext },
  onEnd: () => void,
): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  const { abort, request } = asked.contextValue
  const liveArgs = { ...asked, contextValue: { ...asked.contextValue, live } }
  const lastSeen = request?.headers.get('last-event-id')
  const document = lastSeen ? resumedAfter(asked.schema, asked.document, lastSeen) : asked.document
  const stream = await createSourceEventStream({ ...liveArgs, document })
  if ('errors' in stream) return stream
  const operation = operationName(liveArgs)
  const leave = live.join(operation)
  const answers = (signal: AbortSignal) =>
    answersTo(stream as AsyncIterable<readonly LiveEvent<unknown>[]>, operation, liveArgs, plans, signal)
  return cancellable(answers, () => {
    onEnd()
    leave()
    abort.abort()
    ;(stream as AsyncGenerator).return?.(undefined).catch(() => {})
  })
}
