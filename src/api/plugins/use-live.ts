import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, execute } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { reject } from '../../ledger/rejection.ts'
import { maskError, rejectionError } from '../errors.ts'
import type { Plans } from '../execution/plans.ts'
import { MAX_SUBSCRIPTIONS } from '../limits.ts'
import { cancellable, EVENT_AFTER, type LiveEvent } from '../live/follow.ts'
import { operationName } from '../live/operation-name.ts'
import { resumedAfter } from '../live/resume.ts'
import { asOf, type LiveContext, SharedLive } from '../live/shared-live.ts'
import type { ApiContext } from '../request/context.ts'
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
  return {
    onSubscribe({ setSubscribeFn, setResultAndStopExecution }) {
      if (running >= MAX_SUBSCRIPTIONS) {
        const error = rejectionError(reject('TOO_MANY_REQUESTS', { max: MAX_SUBSCRIPTIONS }))
        return setResultAndStopExecution({ errors: [error] })
      }
      setSubscribeFn(async (given: unknown) => {
        const asked = given as ExecutionArgs & { contextValue: ApiContext }
        const liveArgs = { ...asked, contextValue: { ...asked.contextValue, live } }
        const lastSeen = asked.contextValue.request?.headers.get('last-event-id')
        const document = lastSeen ? resumedAfter(asked.schema, asked.document, lastSeen) : asked.document
        const stream = await createSourceEventStream({ ...liveArgs, document })
        if ('errors' in stream) return stream
        running += 1
        const operation = operationName(liveArgs)
        const leave = live.join(operation)
        const answers = (signal: AbortSignal) =>
          answersTo(stream as AsyncIterable<LiveEvent<unknown>>, operation, liveArgs, plans, signal)
        return cancellable(answers, () => {
          running -= 1
          leave()
          asked.contextValue.abort.abort()
          ;(stream as AsyncGenerator).return?.(undefined).catch(() => {})
        })
      })
    },
  }
}

interface LiveArgs extends ExecutionArgs {
  contextValue: LiveContext
}

async function* answersTo(
  events: AsyncIterable<LiveEvent<unknown>>,
  operation: string,
  args: LiveArgs,
  plans: Plans,
  signal: AbortSignal,
): AsyncGenerator<ExecutionResult> {
  const { services, live } = args.contextValue
  try {
    for await (const event of events) {
      if (signal.aborted) return
      yield await live.answer(operation, event, () => answerTo(event, args, plans))
    }
  } catch (error) {
    live.forget()
    if (!signal.aborted) yield { errors: [maskError(error, services.log)] }
  }
}

async function answerTo(event: LiveEvent<unknown>, args: LiveArgs, plans: Plans): Promise<ExecutionResult> {
  const contextValue = asOf(args.contextValue, event.height)
  const eventArgs = { ...args, rootValue: event, contextValue }
  const result = (await (plans.execute(eventArgs) ?? execute(eventArgs))) as ExecutionResult
  if (result.errors) args.contextValue.live.forget()
  return {
    ...result,
    [EVENT_AFTER]: event.after,
    extensions: { ...result.extensions, height: String(event.height) },
  } as ExecutionResult
}
