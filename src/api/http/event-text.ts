import type { ExecutionResult, FormattedExecutionResult } from 'graphql'
import type { Logger } from '../../telemetry/log.ts'
import { visibleResult } from '../errors.ts'
import { EVENT_AFTER } from '../live/follow.ts'

/** An event of a subscription, or the one result of a query. */
export interface StreamedResult extends ExecutionResult {
  /** Set where several streams share one text. */
  stringify?: (result: FormattedExecutionResult) => string
  [EVENT_AFTER]?: string | undefined
}

/** What ends a stream that has no further events. */
export const COMPLETE = 'event: complete\ndata:\n\n'
/** A line that clients ignore. */
export const COMMENT = ':\n\n'

/** The text of a result as a Server-Sent Event, with an `id` where the subscription takes `after`. */
export function eventText(result: StreamedResult, log: Logger): string {
  const isPlain = result.errors === undefined && result.extensions?.http === undefined
  const visible = isPlain ? (result as FormattedExecutionResult) : visibleResult(result, log)
  const text = result.stringify?.(visible) ?? JSON.stringify(visible)
  const after = result[EVENT_AFTER]
  return `${after === undefined ? '' : `id: ${after}\n`}event: next\ndata: ${text}\n\n`
}
