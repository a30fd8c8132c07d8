import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  parse,
} from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { reject } from '../../ledger/rejection.ts'
import { requestRejection } from '../errors.ts'
import type { ApiLimits } from '../limits.ts'
import { costOf } from './cost.ts'
import { aliasRule, depthRule, OperationsRule } from './document-rules.ts'

/**
 * Bounds the work of a document before any of it runs: tokens while it is parsed; depth, aliases and operations when it is validated; cost
 * when its variables are known.
 */
export function useGuard(limits: ApiLimits): Plugin {
  const rules = [depthRule(limits.depth), aliasRule(limits.aliases), OperationsRule]
  const tooCostly = (args: OperationArguments): GraphQLError | undefined => {
    const cost = operationCost(args, limits)
    if (cost <= limits.cost) return undefined
    return requestRejection(reject('QUERY_TOO_COSTLY', { max: limits.cost, got: cost }))
  }
  return {
    onParse({ setParseFn }) {
      setParseFn((source: Parameters<typeof parse>[0], options?: object) =>
        parseBounded(source, options, limits.tokens),
      )
    },
    onValidate({ addValidationRule }) {
      for (const rule of rules) addValidationRule(rule)
    },
    onExecute({ args, setResultAndStopExecution }) {
      const error = tooCostly(args)
      if (error) setResultAndStopExecution({ errors: [error] })
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      const error = tooCostly(args)
      if (error) setResultAndStopExecution({ errors: [error] })
    },
  }
}

interface OperationArguments {
  schema: GraphQLSchema
  document: DocumentNode
  operationName?: string | null | undefined
  variableValues?: unknown
}

/** Parses with a bound on tokens, and gives every syntax error a code. */
function parseBounded(
  source: Parameters<typeof parse>[0],
  options: object | undefined,
  max: number,
): DocumentNode {
  try {
    return parse(source, { ...options, maxTokens: max })
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    const { source: text, positions } = error
    const place = { source: text ?? null, positions: positions ?? null }
    if (error.message.includes('tokens')) throw requestRejection(reject('TOO_MANY_TOKENS', { max }), place)
    throw new GraphQLError(error.message, {
      ...place,
      extensions: { code: 'GRAPHQL_PARSE_FAILED', http: { status: 400, spec: true } },
    })
  }
}

function operationCost(args: OperationArguments, limits: ApiLimits): number {
  const { schema, document, operationName } = args
  const operation = getOperationAST(document, operationName)
  const inputs = (args.variableValues ?? {}) as Record<string, unknown>
  const coerced = getVariableValues(schema, operation?.variableDefinitions ?? [], inputs, { maxErrors: 1 })
  const variables = coerced.coerced ?? {}
  return costOf({ schema, document, operationName, variables, limits })
}
