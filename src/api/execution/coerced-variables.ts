import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
} from 'graphql'

/** Errors of variables that one answer reports, as in graphql-js. */
const MAX_VARIABLE_ERRORS = 50

/** An operation with the values that a request gives its variables. */
export interface GivenVariables {
  schema: GraphQLSchema
  document: DocumentNode
  operationName?: string | null | undefined
  variableValues?: unknown
}

/** Arguments of fields that depend on variables: read once for all objects of a list, and for all events of a subscription. */
export type GivenArguments = WeakMap<object, Record<string, unknown>>

/** Variables as resolvers see them, or what is wrong with them. */
export type CoercedVariables = GoodVariables | { coerced?: undefined; errors: readonly GraphQLError[] }

export interface GoodVariables {
  coerced: Record<string, unknown>
  given: GivenArguments
  errors?: undefined
}

interface Known extends GivenVariables {
  result: CoercedVariables
}

/** By the object of a request's variables, which several parts of the server look at and none changes. */
const known = new WeakMap<object, Known>()

/** The variables of an operation, coerced once per request; none for an operation that the document does not have. */
export function coercedVariables(given: GivenVariables): CoercedVariables {
  const { schema, document, operationName, variableValues } = given
  const inputs = (variableValues ?? {}) as Record<string, unknown>
  const last = known.get(inputs)
  if (last?.document === document && last.operationName === operationName && last.schema === schema)
    return last.result
  const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? []
  const { coerced, errors } = getVariableValues(schema, definitions, inputs, {
    maxErrors: MAX_VARIABLE_ERRORS,
  })
  const result = coerced === undefined ? { errors } : { coerced, given: new WeakMap() }
  known.set(inputs, { schema, document, operationName, result })
  return result
}
