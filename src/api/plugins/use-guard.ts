import type { ExecutionArgs } from 'graphql'
import { type DocumentNode, GraphQLError, parse } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { reject } from '../../ledger/rejection.ts'
import { settle } from '../budget/paid.ts'
import { requestRejection } from '../errors.ts'
import { coercedVariables } from '../execution/coerced-variables.ts'
import { ROUTE_COST } from '../limits.ts'
import { type ApiContext, clientOf } from '../request/context.ts'
import type { ApiServices } from '../request/services.ts'
import { costOf } from './cost.ts'
import { aliasRule, depthRule, isDeeper, literalDepthRule, OperationsRule } from './document-rules.ts'

/**
 * Bounds the work of a document before any of it runs: tokens while it is parsed; depth, aliases, literals and operations when it is validated;
 * the depth of variables and the cost when they are known. What is refused then costs as much as a request that is not GraphQL; what was refused before, too
 * (`useRoutes`, `serveWebSocket`).
 */
export function useGuard(services: ApiServices): Plugin<ApiContext> {
  const { limits, genesis } = services
  const rules = [
    depthRule(limits.depth),
    aliasRule(limits.aliases),
    literalDepthRule(limits.inputDepth),
    OperationsRule,
  ]
  const faultOf = (args: ApiExecution): GraphQLError | undefined => {
    if (isDeeper(args.variableValues, limits.inputDepth + 1))
      return requestRejection(reject('INPUT_TOO_DEEP', { max: limits.inputDepth }))
    const { schema, document, operationName } = args
    const cost = costOf({
      schema,
      document,
      operationName,
      // None if they are not valid, which execution then reports.
      variables: coercedVariables(args).coerced ?? {},
      limits,
      batchSize: genesis.batchSize,
    })
    args.contextValue.work.cost = cost
    if (cost <= limits.cost) return undefined
    return requestRejection(reject('QUERY_TOO_COSTLY', { max: limits.cost, got: cost }))
  }
  const refusal = (args: ApiExecution): GraphQLError | undefined => {
    const fault = faultOf(args)
    if (fault === undefined) return undefined
    settle(args.contextValue)
    services.clients.of(clientOf({ ...args.contextValue, services })).charge(ROUTE_COST)
    return fault
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
      const error = refusal(args as ApiExecution)
      if (error) setResultAndStopExecution({ errors: [error] })
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      const error = refusal(args as ApiExecution)
      if (error) setResultAndStopExecution({ errors: [error] })
    },
  }
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

interface ApiExecution extends ExecutionArgs {
  contextValue: ApiContext
}
