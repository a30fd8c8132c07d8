import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLSchema,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'

/** An operation with the values of its variables. */
export interface OperationWithValues {
  schema: GraphQLSchema
  document: DocumentNode
  operationName?: string | null | undefined
  variableValues?: unknown
}

/**
 * Fields whose value cannot change once their block is final. Cursors and the height of a connection are missing: they name the block that a
 * request is answered as of.
 */
const SETTLED: Readonly<Record<string, ReadonlySet<string>>> = {
  Query: words('block'),
  Block: words(
    `id height hash view era timestamp parentHash proposer stateRoot historyRoot header position transferCount transfers`,
  ),
  Transfer:
    words(`id hash kind status height block timestamp position from to asset amount fromStart toStart era memo
    attested keyKind publicKey signature`),
  Account: words('id address accountId'),
  Asset: words(
    `id code assetId name cap decimals unique reinstatable issuer metadata definition madeFrom registration`,
  ),
  Validator: words('index name votingKey transportKey'),
  TransferConnection: words('edges nodes pageInfo totalCount'),
  TransferEdge: words('node'),
  PageInfo: words('hasNextPage hasPreviousPage'),
}
/** Arguments of `block` that name one block for ever. */
const NAMES_A_BLOCK: ReadonlySet<string> = new Set(['height', 'hash'])

function words(text: string): ReadonlySet<string> {
  return new Set(['__typename', ...text.split(/\s+/)])
}

/** A field `block` of an operation. */
interface BlockField {
  definition: GraphQLField<unknown, unknown>
  node: FieldNode
}

/** The fields `block` of operations that select nothing else that could change, by document and name; undefined for all other operations. */
const blockFields = new WeakMap<DocumentNode, Map<string, readonly BlockField[] | undefined>>()

/**
 * True if the answer to an operation is the same at every height at which it has one: it selects only fields that cannot change, of blocks that
 * the values of its arguments name. An argument that is null or left out names nothing.
 */
export function isSettled(operation: OperationWithValues): boolean {
  const { schema, document, operationName, variableValues } = operation
  const definition = getOperationAST(document, operationName)
  if (definition?.operation !== OperationTypeNode.QUERY) return false
  const known = blockFields.get(document) ?? new Map<string, readonly BlockField[] | undefined>()
  blockFields.set(document, known)
  const name = definition.name?.value ?? ''
  if (!known.has(name)) known.set(name, blockFieldsOf(schema, document, definition))
  const fields = known.get(name)
  if (fields === undefined) return false
  const inputs = (variableValues ?? {}) as Record<string, unknown>
  const { coerced } = getVariableValues(schema, definition.variableDefinitions ?? [], inputs, {
    maxErrors: 1,
  })
  return coerced !== undefined && fields.every((field) => namesABlock(field, coerced))
}

function blockFieldsOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): BlockField[] | undefined {
  const types = new TypeInfo(schema)
  const found: BlockField[] = []
  let settled = true
  const check = visitWithTypeInfo(types, {
    Field(node) {
      const parent = types.getParentType()?.name ?? ''
      settled &&= SETTLED[parent]?.has(node.name.value) ?? false
      if (settled && parent === 'Query' && node.name.value === 'block')
        found.push({ definition: types.getFieldDef()!, node })
    },
  })
  for (const part of document.definitions) {
    if (part === operation || part.kind === Kind.FRAGMENT_DEFINITION) visit(part, check)
  }
  return settled ? found : undefined
}

/** True if one argument, alone or inside an input object, has a value that names a block, and no other has a value. */
function namesABlock({ definition, node }: BlockField, variables: Record<string, unknown>): boolean {
  let values: Record<string, unknown>
  try {
    values = getArgumentValues(definition, node, variables)
  } catch {
    return false // execution rejects them with the reason
  }
  const given = Object.entries(values).flatMap(([name, value]) =>
    value !== null && typeof value === 'object' ? Object.entries(value) : [[name, value] as const],
  )
  const named = given.filter(([, value]) => value != null)
  return named.length === 1 && NAMES_A_BLOCK.has(named[0]![0])
}
