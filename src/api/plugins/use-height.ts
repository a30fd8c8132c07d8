import type { ExecutionResult } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { ApiContext } from '../request/context.ts'

/** Says in `extensions.height` of every answer which block it is as of. Events of subscriptions say theirs themselves. */
export function useHeight(): Plugin<ApiContext> {
  return {
    onExecute({ args }) {
      return {
        async onExecuteDone({ result, setResult }) {
          if (Symbol.asyncIterator in result) return
          // Without a database there is no height, and the answer's errors say why.
          const height = await args.contextValue.snapshot.height().catch(() => undefined)
          if (height !== undefined) setResult(withHeight(result, height))
        },
      }
    },
  }
}

function withHeight(result: ExecutionResult, height: number): ExecutionResult {
  return { ...result, extensions: { ...result.extensions, height: String(height) } }
}
