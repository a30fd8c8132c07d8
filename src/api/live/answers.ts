import { type ExecutionArgs, type ExecutionResult, execute } from 'graphql'
import { boundedResult } from '../budget/bounded-result.ts'
import { turns } from '../budget/turns.ts'
import { weigh } from '../budget/weigh.ts'
import { maskError } from '../errors.ts'
import type { Plans } from '../execution/plans.ts'
import { clientOf } from '../request/context.ts'
import { EventAnswer, together } from './event-answer.ts'
import type { LiveEvent } from './follow.ts'
import type { Made } from './shared-answers.ts'
import { asOf, type LiveContext } from './shared-live.ts'

/** Characters after which no further answer is added to those that are sent together. */
export const TOGETHER_CHARACTERS = 64 * 1024

/** A running subscription. */
export interface LiveArgs extends ExecutionArgs {
  contextValue: LiveContext
}

/**
 * The answers to the events of a subscription. Those to events that come together are yielded together, as far as they are paid for and not too long.
 * @param operation its name, as `operationName` says
 */
export async function* answersTo(
  source: AsyncIterable<readonly LiveEvent<unknown>[]>,
  operation: string,
  args: LiveArgs,
  plans: Plans,
  signal: AbortSignal,
): AsyncGenerator<ExecutionResult> {
  const { services, live, work } = args.contextValue
  const client = services.clients.of(clientOf(args.contextValue))
  let isFirst = true
  const ready = new Ready()
  try {
    for await (const events of source) {
      for (const event of events) {
        if (signal.aborted) return
        // The first event was paid for with the subscription.
        const paid = isFirst || work.pay(signal)
        isFirst = false
        if (paid !== true) {
          yield* ready.take()
          if (!(await paid)) return
        }
        // One client's events do not keep those of others waiting: each has a line of its own.
        while (turns.isOverNow('light')) await turns.next(client)
        const answer = live.answer(operation, event, () => answerTo(event, args, plans))
        const made = answer instanceof Promise ? await answer : answer
        if (made.errors === undefined) ready.add(new EventAnswer(made, event.after))
        if (made.errors !== undefined || ready.isFull) yield* ready.take()
        if (made.errors !== undefined) yield made
      }
      yield* ready.take()
    }
  } catch (error) {
    live.forget()
    if (!signal.aborted) yield* ready.take()
    if (!signal.aborted) yield { errors: [maskError(error, services.log)] }
  }
}

/** Answers that wait to be yielded together. */
class Ready {
  #answers: EventAnswer[] = []
  #characters = 0

  add(answer: EventAnswer): void {
    this.#answers.push(answer)
    this.#characters += answer.text.length
  }

  get isFull(): boolean {
    return this.#characters >= TOGETHER_CHARACTERS
  }

  /** Yields those that wait, if any. */
  *take(): Generator<ExecutionResult> {
    if (this.#answers.length === 0) return
    const answers = this.#answers
    this.#answers = []
    this.#characters = 0
    yield together(answers) as ExecutionResult
  }
}

function answerTo(event: LiveEvent<unknown>, args: LiveArgs, plans: Plans): Made | Promise<Made> {
  const contextValue = asOf(args.contextValue, event.height)
  const { schema, document, variableValues, operationName } = args
  const eventArgs = { schema, document, variableValues, operationName, rootValue: event, contextValue }
  const { work } = contextValue
  work.weight = weigh(document, args.contextValue.work.cost)
  const finish = ({ stringify = JSON.stringify, ...result }: Encoded): Made => {
    const answer = { ...result, extensions: { ...result.extensions, height: String(event.height) } }
    if (answer.errors === undefined) return { text: stringify(answer) }
    args.contextValue.live.forget()
    return answer as Made
  }
  const bound = (result: ExecutionResult) => then(boundedResult(result, work), finish)
  return then((plans.execute(eventArgs) ?? execute(eventArgs)) as Result, bound)
}

/** A result that knows how it is encoded if its data is encoded already. */
interface Encoded extends ExecutionResult {
  stringify?: (answer: ExecutionResult) => string
}

type Result = ExecutionResult | Promise<ExecutionResult>

/** Goes on at once where nothing has to be waited for. */
function then<T>(value: Result, use: (result: ExecutionResult) => T | Promise<T>): T | Promise<T> {
  return value instanceof Promise ? value.then(use) : use(value)
}
