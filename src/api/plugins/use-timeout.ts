import { getOperationAST, OperationTypeNode } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { reject } from '../../ledger/rejection.ts'
import { rejectionError } from '../errors.ts'
import type { ApiLimits } from '../limits.ts'
import type { ApiContext } from '../request/context.ts'

/**
 * Answers TIMEOUT when an operation takes longer than allowed, and cancels its running statements. Mutations have the time that they may wait in
 * addition.
 */
export function useTimeout(limits: ApiLimits): Plugin<ApiContext> {
  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      const operation = getOperationAST(args.document, args.operationName)?.operation
      const ms = limits.timeoutMs + (operation === OperationTypeNode.MUTATION ? limits.waitMs : 0)
      setExecuteFn(async (executeArgs: unknown) => {
        let timer: NodeJS.Timeout | undefined
        const expired = new Promise((resolve) => {
          const late = () => {
            resolve({ errors: [rejectionError(reject('TIMEOUT', { ms }))] })
            args.contextValue.abort.abort()
          }
          timer = setTimeout(late, ms)
        })
        try {
          return await Promise.race([executeFn(executeArgs as never), expired])
        } finally {
          clearTimeout(timer)
        }
      })
    },
  }
}
