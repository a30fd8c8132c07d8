import { type ExecutionResult, GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { encodeJson } from '../budget/encode-json.ts'
import type { Work } from '../budget/work.ts'
import type { ApiContext } from '../request/context.ts'

/** Results whose values are larger are encoded piece by piece, and those that come near to their bound. */
const LARGE_BYTES = 256 * 1024
/** How many times larger than its values a result may be that is not heavy: for its names, and for characters that take several bytes. */
const GROWTH = 8

/**
 * Bounds the size of an answer. Resolvers count what they return, and stop the execution early; a large result is then counted exactly while
 * it is encoded, in pieces, before anything is sent.
 */
export function useResponseSize(): Plugin<ApiContext> {
  return {
    onExecute({ args }) {
      const { work } = args.contextValue
      return {
        async onExecuteDone({ result, setResult }) {
          if (Symbol.asyncIterator in result) return
          setResult(await boundedResult(result, work))
        },
      }
    },
  }
}

/** The result with its data encoded if it may be large; only an error if it is too large. */
export async function boundedResult(result: ExecutionResult, work: Work): Promise<ExecutionResult> {
  if (work.stopped !== undefined) return { errors: [work.stopped] }
  const isSmall = work.weight === 'light' && work.bytes < Math.min(LARGE_BYTES, work.maxBytes / GROWTH)
  if (isSmall || !result.data) return result
  try {
    const data = await encodeJson(result.data, work)
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
