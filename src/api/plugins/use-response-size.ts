import { type ExecutionResult, GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { encodeJson } from '../budget/encode-json.ts'
import type { Work } from '../budget/work.ts'
import type { ApiContext } from '../request/context.ts'

/** Results that may be larger are encoded piece by piece. */
const LARGE_BYTES = 256 * 1024

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
          setResult(await bounded(result, work))
        },
      }
    },
  }
}

/** The result with its data encoded if it is large; only an error if it is too large. */
async function bounded(result: ExecutionResult, work: Work): Promise<ExecutionResult> {
  if (work.stopped !== undefined) return { errors: [work.stopped] }
  if (work.bytes < LARGE_BYTES || !result.data) return result
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
