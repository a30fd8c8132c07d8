import type { Plugin } from 'graphql-yoga'
import type { ApiContext } from '../request/context.ts'

/** Puts into `extensions.hints` why parts of an answer are empty: rejections of names that stand for nothing. */
export function useHints(): Plugin<ApiContext> {
  return {
    onExecute({ args }) {
      return {
        onExecuteDone({ result, setResult }) {
          if (Symbol.asyncIterator in result) return
          const { hints } = args.contextValue.snapshot
          if (hints.length > 0) setResult({ ...result, extensions: { ...result.extensions, hints } })
        },
      }
    },
  }
}
