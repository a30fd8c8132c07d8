import { type ExecutionResult, getOperationAST, OperationTypeNode } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { reject } from '../../ledger/rejection.ts'
import { timeoutSignal } from '../budget/timeout.ts'
import { rejectionError } from '../errors.ts'
import type { ApiContext } from '../request/context.ts'

/** The header of a query that must see a block. */
export const MIN_HEIGHT = 'inpigritas-min-height'
/** Milliseconds that a query waits for the block that it must see. */
const MIN_HEIGHT_WAIT_MS = 5_000

/**
 * Puts the height that an answer is as of into `extensions.height`; events of subscriptions carry their own. A query with the header
 * Inpigritas-Min-Height is answered as of that height or a later one: it waits for the block, and fails if it does not come.
 */
export function useHeight(): Plugin<ApiContext> {
  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      const { contextValue, document, operationName } = args
      const wanted = contextValue.request?.headers.get(MIN_HEIGHT) ?? undefined
      if (
        wanted !== undefined &&
        getOperationAST(document, operationName)?.operation === OperationTypeNode.QUERY
      ) {
        setExecuteFn(async (given: unknown) => {
          const error = await unreached(contextValue, wanted)
          return error ? { errors: [error] } : executeFn(given as never)
        })
      }
      return {
        onExecuteDone({ result, setResult }) {
          if (Symbol.asyncIterator in result) return
          const { snapshot } = contextValue
          const { chosen } = snapshot
          if (chosen !== undefined) return setResult(withHeight(result, chosen))
          return snapshot.height().then(
            (height) => setResult(withHeight(result, height)),
            // Without a database there is no height; the errors of the answer say why.
            () => {},
          )
        },
      }
    },
  }
}

/** Waits for a height. @returns why it is not there */
async function unreached({ services, abort }: ApiContext, wanted: string) {
  if (!/^\d{1,15}$/.test(wanted)) {
    const data = { header: 'Inpigritas-Min-Height', reason: 'must be a height' }
    return rejectionError(reject('BAD_INPUT', data), { extensions: { http: { status: 400 } } })
  }
  const { heights } = services
  const height = Number(wanted)
  const patience = AbortSignal.any([timeoutSignal(MIN_HEIGHT_WAIT_MS), abort.signal])
  if (heights.current >= height || (await heights.above(height - 1, patience)) !== undefined) return undefined
  const http = { status: 503, headers: { 'retry-after': '1' } }
  return rejectionError(reject('HEIGHT_NOT_REACHED', { height, newest: heights.current }), {
    extensions: { http },
  })
}

function withHeight(result: ExecutionResult, height: number): ExecutionResult {
  return { ...result, extensions: { ...result.extensions, height: String(height) } }
}
