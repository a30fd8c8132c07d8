import { type ExecutionResult, GraphQLError } from 'graphql'
import { encodeJson } from './encode-json.ts'
import type { Work } from './work.ts'

/** Results whose values are larger are encoded piece by piece, and those that come near to their bound. */
const LARGE_BYTES = 256 * 1024
/** How many times larger than its values a result may be that is not heavy: for its names, and for characters that take several bytes. */
const GROWTH = 8

/** The result with its data encoded if it may be large; only an error if it is too large. */
export function boundedResult(
  result: ExecutionResult,
  work: Work,
): ExecutionResult | Promise<ExecutionResult> {
  if (work.stopped !== undefined) return { errors: [work.stopped] }
  const isSmall = work.weight === 'light' && work.bytes < Math.min(LARGE_BYTES, work.maxBytes / GROWTH)
  work.answerBytes = GROWTH * work.bytes
  return isSmall || !result.data ? result : encoded(result, work)
}

async function encoded(result: ExecutionResult, work: Work): Promise<ExecutionResult> {
  try {
    const data = await encodeJson(result.data, work)
    work.answerBytes = data.length
    return { ...result, stringify: (given: ExecutionResult) => withData(given, data) } as ExecutionResult
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [error] }
    throw error
  }
}

/** JSON of a result whose data is encoded already. Yoga calls this with what the client may see of the errors. */
function withData({ data: _data, ...rest }: ExecutionResult, data: string): string {
  const others = JSON.stringify(rest)
  return others === '{}' ? `{"data":${data}}` : `{"data":${data},${others.slice(1)}`
}
