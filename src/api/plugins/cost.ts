import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  getOperationAST,
  type InlineFragmentNode,
  isCompositeType,
  isListType,
  isNonNullType,
  isUnionType,
  Kind,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql'
import { type ApiLimits, DEFAULT_PAGE_SIZE, DEFAULT_TRACE_HOPS } from '../limits.ts'
import { meanLength } from './introspection-lengths.ts'

/** What each operation costs besides its fields: parsing, checking, sending. */
const OPERATION_COST = 200
/** The weight of a field without the directive `@cost`. */
const WEIGHT = 1
/** Assumed length of a list without pages (validators, madeFrom): about what such lists hold at most. */
const PLAIN_LIST = 16

/** What the cost of a document is computed from. */
export interface CostedOperation {
  schema: GraphQLSchema
  document: DocumentNode
  operationName?: string | null | undefined
  variables: Record<string, unknown>
  /** Pages count as at most this long: longer ones are rejected elsewhere, with a better reason. */
  limits: Pick<ApiLimits, 'pageSize' | 'traceHops'>
  /** Records per batch: some fields read or hash all records of a batch. */
  batchSize: number
}

/**
 * The cost of an operation: OPERATION_COST, and the weight of each field (the directive `@cost`, 1 by default), and the selection inside a field once for every item
 * that its page can have. The cost of a fragment is computed once, however often it is spread. Introspection is multiplied by the mean lengths
 * of this schema's lists.
 */
export function costOf(operation: CostedOperation): number {
  const definition = getOperationAST(operation.document, operation.operationName)
  const root = definition && operation.schema.getRootType(definition.operation)
  if (!definition || !root) return 0
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const node of operation.document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
  }
  return (
    OPERATION_COST + Math.ceil(new Costing(operation, fragments).selections(definition.selectionSet, root))
  )
}

class Costing {
  readonly #operation: CostedOperation
  readonly #fragments: Map<string, FragmentDefinitionNode>
  readonly #known = new Map<string, number>()

  constructor(operation: CostedOperation, fragments: Map<string, FragmentDefinitionNode>) {
    this.#operation = operation
    this.#fragments = fragments
  }

  selections(set: SelectionSetNode, parent: GraphQLCompositeType): number {
    let cost = 0
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) cost += this.#field(selection, parent)
      else if (selection.kind === Kind.INLINE_FRAGMENT)
        cost += this.selections(selection.selectionSet, this.#narrowed(selection, parent))
      else cost += this.#fragment(selection.name.value)
    }
    return cost
  }

  /** The type that an inline fragment is about. */
  #narrowed({ typeCondition }: InlineFragmentNode, parent: GraphQLCompositeType): GraphQLCompositeType {
    const type = typeCondition && this.#operation.schema.getType(typeCondition.name.value)
    return isCompositeType(type) ? type : parent
  }

  #fragment(name: string): number {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const fragment = this.#fragments.get(name)
    const type = fragment && this.#operation.schema.getType(fragment.typeCondition.name.value)
    const cost = fragment && isCompositeType(type) ? this.selections(fragment.selectionSet, type) : 0
    this.#known.set(name, cost)
    return cost
  }

  #field(node: FieldNode, parent: GraphQLCompositeType): number {
    const { schema, batchSize } = this.#operation
    const field = fieldOf(parent, node.name.value)
    if (!field) return 0
    const { weight, perItem, perRecord } = weightOf(schema, field)
    const own = weight + perRecord * batchSize
    const type = getNamedType(field.type)
    if (!node.selectionSet || !isCompositeType(type)) return own
    return own + this.#items(node, field, parent) * (perItem + this.selections(node.selectionSet, type))
  }

  /** How many times the selection inside the field can be resolved. */
  #items(node: FieldNode, field: GraphQLField<unknown, unknown>, parent: GraphQLCompositeType): number {
    const { limits, schema } = this.#operation
    const name = getNamedType(field.type).name
    if (parent.name.startsWith('__')) return meanLength(schema, parent.name, field.name)
    if (name.endsWith('Connection'))
      return pageOf(this.#arguments(node, field), limits.pageSize) ?? DEFAULT_PAGE_SIZE
    if (name === 'Trace' || name === 'TraceUpdate') {
      const input = this.#arguments(node, field).input as Record<string, unknown> | undefined
      return pageOf(input ?? {}, limits.traceHops) ?? DEFAULT_TRACE_HOPS
    }
    // What is named one by one: `nodes(ids)`, `submissions(hashes)`, `submitAll(actions)`.
    if (name === 'Node' || name === 'SubmitResult') {
      const named = Object.values(this.#arguments(node, field)).find(Array.isArray)
      return named === undefined ? 1 : Math.min(limits.pageSize, named.length)
    }
    // The page of a connection or a trace already pays for the lists inside it.
    if (
      name.endsWith('Edge') ||
      name === 'Hop' ||
      name === 'Origin' ||
      name === 'Holder' ||
      node.name.value === 'nodes'
    )
      return 1
    const bare = isNonNullType(field.type) ? field.type.ofType : field.type
    return isListType(bare) ? PLAIN_LIST : 1
  }

  #arguments(node: FieldNode, field: GraphQLField<unknown, unknown>): Record<string, unknown> {
    try {
      return getArgumentValues(field, node, this.#operation.variables)
    } catch {
      return {} // execution rejects them with the reason
    }
  }
}

/** A field of a type, those that every schema has included. */
function fieldOf(type: GraphQLCompositeType, name: string): GraphQLField<unknown, unknown> | undefined {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef
  if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef
  if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef
  return isUnionType(type) ? undefined : type.getFields()[name]
}

interface Weight {
  weight: number
  perItem: number
  perRecord: number
}

const weights = new WeakMap<GraphQLField<unknown, unknown>, Weight>()

/** The arguments of a field's directive `@cost`. */
function weightOf(schema: GraphQLSchema, field: GraphQLField<unknown, unknown>): Weight {
  const known = weights.get(field)
  if (known !== undefined) return known
  const directive = schema.getDirective('cost')
  const given = directive && field.astNode ? getDirectiveValues(directive, field.astNode) : undefined
  const weight = { weight: WEIGHT, perItem: 0, perRecord: 0, ...given }
  weights.set(field, weight)
  return weight
}

function pageOf(given: Record<string, unknown>, max: number): number | undefined {
  const asked = given.first ?? given.last
  return typeof asked === 'number' ? Math.min(max, Math.max(1, asked)) : undefined
}
