import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, execute } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { reject } from '../../ledger/rejection.ts'
import { maskError, rejectionError } from '../errors.ts'
import { MAX_SUBSCRIPTIONS } from '../limits.ts'
import { cancellable, type LiveEvent } from '../live/follow.ts'
import { type ApiContext, atHeight } from '../request/context.ts'

/**
 * Runs subscriptions. Each event is answered as of its own height, with new loaders, and names it in `extensions.height`. An event is made when
 * the transport asks for the next one, so a slow client makes the server read later and does not make it queue. The number of concurrent
 * subscriptions is bounded.
 */
export function useLive(): Plugin {
  let running = 0
  return {
    onSubscribe({ args, setSubscribeFn, setResultAndStopExecution }) {
      if (running >= MAX_SUBSCRIPTIONS) {
        const error = rejectionError(reject('TOO_MANY_REQUESTS', { max: MAX_SUBSCRIPTIONS }))
        return setResultAndStopExecution({ errors: [error] })
      }
      setSubscribeFn(async () => {
        const stream = await createSourceEventStream(args as ExecutionArgs)
        if ('errors' in stream) return stream
        running += 1
        const answers = (signal: AbortSignal) =>
          answer(stream as AsyncIterable<LiveEvent<unknown>>, args as never, signal)
        return cancellable(answers, () => {
          running -= 1
          ;(stream as AsyncGenerator).return?.(undefined).catch(() => {})
        })
      })
    },
  }
}

async function* answer(
  events: AsyncIterable<LiveEvent<unknown>>,
  args: ExecutionArgs & { contextValue: ApiContext },
  signal: AbortSignal,
): AsyncGenerator<ExecutionResult> {
  const { services } = args.contextValue
  try {
    for await (const event of events) {
      if (signal.aborted) return
      const contextValue = atHeight(args.contextValue, event.height)
      const result = (await execute({ ...args, rootValue: event, contextValue })) as ExecutionResult
      yield { ...result, extensions: { ...result.extensions, height: String(event.height) } }
    }
  } catch (error) {
    if (!signal.aborted) yield { errors: [maskError(error, services.log)] }
  }
}
