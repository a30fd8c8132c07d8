import type { Plugin } from 'graphql-yoga'
import { boundedResult } from '../budget/bounded-result.ts'
import type { ApiContext } from '../request/context.ts'

/**
 * Bounds the size of an answer. Resolvers count what they return, and stop the execution early; a large result is then counted exactly while
 * it is encoded, in pieces, before anything is sent.
 */
export function useResponseSize(): Plugin<ApiContext> {
  return {
    onExecute({ args }) {
      const { work } = args.contextValue
      return {
        onExecuteDone({ result, setResult }) {
          if (Symbol.asyncIterator in result) return
          const bounded = boundedResult(result, work)
          return bounded instanceof Promise ? bounded.then(setResult) : setResult(bounded)
        },
      }
    },
  }
}
