import type { ExecutionResult, FormattedExecutionResult } from 'graphql'
import type { Logger } from '../../telemetry/log.ts'
import { visibleResult } from '../errors.ts'
import { apart } from '../live/event-answer.ts'

/** What ends a stream that has no further events. */
export const COMPLETE = 'event: complete\ndata:\n\n'
/** A line that clients ignore. */
export const COMMENT = ':\n\n'

/** The one result of a query, or an error. */
interface StreamedResult extends ExecutionResult {
  /** Set where its text is known. */
  stringify?: (result: FormattedExecutionResult) => string
}

/** The text of a result as Server-Sent Events: of each answer that it carries, with an `id` where the subscription takes `after`. */
export function eventText(result: ExecutionResult, log: Logger): string {
  const answers = apart(result)
  if (answers === undefined) return oneEvent(textOf(result, log))
  let text = ''
  for (const answer of answers) {
    if (answer.after !== undefined) text += `id: ${answer.after}\n`
    text += oneEvent(answer.text)
  }
  return text
}

const oneEvent = (text: string) => `event: next\ndata: ${text}\n\n`

function textOf(result: StreamedResult, log: Logger): string {
  const isPlain = result.errors === undefined && result.extensions?.http === undefined
  const visible = isPlain ? (result as FormattedExecutionResult) : visibleResult(result, log)
  return result.stringify?.(visible) ?? JSON.stringify(visible)
}
