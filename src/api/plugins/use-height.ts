import type { ExecutionResult } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { ApiContext } from '../request/context.ts'

/** Puts the height that an answer is as of into `extensions.height`. Events of subscriptions carry their own. */
export function useHeight(): Plugin<ApiContext> {
  return {
    onExecute({ args }) {
      return {
        async onExecuteDone({ result, setResult }) {
          if (Symbol.asyncIterator in result) return
          // Without a database there is no height; the errors of the answer say why.
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
