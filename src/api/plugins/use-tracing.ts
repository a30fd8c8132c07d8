import { type ExecutionArgs, type ExecutionResult, type GraphQLError, getOperationAST } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { RejectionError } from '../../ledger/rejection.ts'
import { errorType, KIND, type Tracer } from '../../telemetry/tracing.ts'
import { nameOf } from './use-metrics.ts'

/** Executes each query and mutation in a span that is named after it. */
export function useTracing(tracer: Tracer): Plugin {
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn((async (args: ExecutionArgs) => {
        const type = getOperationAST(args.document, args.operationName)?.operation ?? 'unknown'
        const name = nameOf(args)
        const attributes = { 'graphql.operation.type': type, 'graphql.operation.name': name }
        const span = tracer.start(`${type} ${name}`, KIND.internal, attributes)
        const result = (await tracer.inside(span, () => executeFn(args as never))) as ExecutionResult
        span.end(result.errors?.[0] && codeOf(result.errors[0]))
        return result
      }) as typeof executeFn)
    },
  }
}

/** The code of an error that is not masked yet. */
function codeOf({ originalError, extensions }: GraphQLError): string {
  if (originalError instanceof RejectionError) return originalError.rejection.code
  return String(extensions.code ?? errorType(originalError))
}
