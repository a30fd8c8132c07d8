import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLSchema,
  getArgumentValues,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { coercedVariables } from '../execution/coerced-variables.ts'

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
    `id height hash view era timestamp parentHash proposer stateRoot historyRoot logRoot header position transferCount transfers`,
  ),
  Transfer:
    words(`id hash kind status height block timestamp position from to asset amount fromStart toStart era memo
    attested keyKind publicKey signature reservation`),
  Reservation: words('firstEra lastEra'),
  Account: words('id address accountId'),
  Asset: words(
    `id code assetId name cap decimals unique reinstatable custody issuer metadata definition madeFrom registration`,
  ),
  Validator: words('index name votingKey transportKey logKey'),
  TransferConnection: words('edges nodes pageInfo totalCount'),
  TransferEdge: words('node'),
  PageInfo: words('hasNextPage hasPreviousPage'),
}
/**
 * Fields whose value cannot change until the next block is final. What is missing comes from the node, its pool, the clock, the proof queue, the
 * server's names and limits, or may be deleted.
 */
const OF_HEIGHT: Readonly<Record<string, ReadonlySet<string>>> = {
  ...SETTLED,
  Query: words('chain block blocks transfers account asset assets holding'),
  Chain:
    words(`chainId name finalizedHeight head startTime eraMs delay ttl reservations batchSize stateDepth firstPosition validators counts activity
    genesis`),
  ReservationRules: words('delay life'),
  ChainCounts: words('blocks transfers assets holdings accounts batches'),
  Activity: words('from to records registers issues transfers retires reinstates units holders'),
  Transfer: words([...SETTLED.Transfer!, 'usedBy fromBalanceAfter toBalanceAfter'].join(' ')),
  Account: words('id address accountId holdings activity transfers'),
  Asset: words(
    [...SETTLED.Asset!, 'issued retired mintHolding retiredHolding holders holdings activity transfers'].join(
      ' ',
    ),
  ),
  Holding: words('id address account asset balance inTotal outTotal index height'),
  ...Object.fromEntries(
    ['Block', 'Transfer', 'Asset', 'Holding'].flatMap((type) => [
      [`${type}Connection`, words('edges nodes pageInfo totalCount height')],
      [`${type}Edge`, words('cursor node')],
    ]),
  ),
  PageInfo: words('hasNextPage hasPreviousPage startCursor endCursor'),
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

/** What an operation asks for. */
interface Lasting {
  /** The fields `block` of an operation that selects nothing else that could ever change; undefined for all other operations. */
  blocks: readonly BlockField[] | undefined
  /** Whether nothing changes until the next block. */
  ofHeight: boolean
}

const NOT_LASTING: Lasting = { blocks: undefined, ofHeight: false }
const known = new WeakMap<DocumentNode, Map<string, Lasting>>()

/** How long the answer to an operation holds. It is found once per document and name. */
function lastingOf({ schema, document, operationName }: OperationWithValues): Lasting & {
  definition?: OperationDefinitionNode
} {
  const definition = getOperationAST(document, operationName)
  if (definition?.operation !== OperationTypeNode.QUERY) return NOT_LASTING
  const ofDocument = known.get(document) ?? new Map<string, Lasting>()
  known.set(document, ofDocument)
  const name = definition.name?.value ?? ''
  const lasting = ofDocument.get(name) ?? findLasting(schema, document, definition)
  ofDocument.set(name, lasting)
  return { ...lasting, definition }
}

/**
 * True if the answer to an operation is the same at every height at which it has one: it selects only fields that cannot change, of blocks that
 * the values of its arguments name. An argument that is null or left out names nothing.
 */
export function isSettled(operation: OperationWithValues): boolean {
  const { blocks, definition } = lastingOf(operation)
  if (blocks === undefined || definition === undefined) return false
  const { coerced } = coercedVariables(operation)
  return coerced !== undefined && blocks.every((field) => namesABlock(field, coerced))
}

/** True if the answer to an operation is the same until the next block is final. */
export function isOfHeight(operation: OperationWithValues): boolean {
  return lastingOf(operation).ofHeight
}

function findLasting(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Lasting {
  const types = new TypeInfo(schema)
  const blocks: BlockField[] = []
  let settled = true
  let ofHeight = true
  const check = visitWithTypeInfo(types, {
    Field(node) {
      const parent = types.getParentType()?.name ?? ''
      settled &&= SETTLED[parent]?.has(node.name.value) ?? false
      ofHeight &&= OF_HEIGHT[parent]?.has(node.name.value) ?? false
      if (settled && parent === 'Query' && node.name.value === 'block')
        blocks.push({ definition: types.getFieldDef()!, node })
    },
  })
  for (const part of document.definitions) {
    if (part === operation || part.kind === Kind.FRAGMENT_DEFINITION) visit(part, check)
  }
  return { blocks: settled ? blocks : undefined, ofHeight }
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
