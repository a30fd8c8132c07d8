import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getOperationAST,
  type InlineFragmentNode,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql'
import { type ApiLimits, DEFAULT_PAGE_SIZE, DEFAULT_TRACE_HOPS } from '../limits.ts'

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
}

/**
 * The cost of an operation: 1 per field, and the selection inside a field once for every item that its page can have. The cost of a fragment
 * is computed once, however often it is spread. Introspection is free (its depth is bounded by GraphQL itself).
 */
export function costOf(operation: CostedOperation): number {
  const definition = getOperationAST(operation.document, operation.operationName)
  const root = definition && operation.schema.getRootType(definition.operation)
  if (!definition || !root) return 0
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const node of operation.document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
  }
  return new Costing(operation, fragments).selections(definition.selectionSet, root)
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
    const field =
      isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined
    if (!field) return 0
    const type = getNamedType(field.type)
    if (!node.selectionSet || !isCompositeType(type)) return 1
    return 1 + this.#items(node, field) * this.selections(node.selectionSet, type)
  }

  /** How many times the selection inside the field can be resolved. */
  #items(node: FieldNode, field: GraphQLField<unknown, unknown>): number {
    const { limits } = this.#operation
    const name = getNamedType(field.type).name
    if (name.endsWith('Connection'))
      return pageOf(this.#arguments(node, field), limits.pageSize) ?? DEFAULT_PAGE_SIZE
    if (name === 'Trace' || name === 'TraceUpdate') {
      const input = this.#arguments(node, field).input as Record<string, unknown> | undefined
      return pageOf(input ?? {}, limits.traceHops) ?? DEFAULT_TRACE_HOPS
    }
    if (name === 'Node') {
      const { ids } = this.#arguments(node, field)
      return Array.isArray(ids) ? Math.min(limits.pageSize, ids.length) : 1
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

function pageOf(given: Record<string, unknown>, max: number): number | undefined {
  const asked = given.first ?? given.last
  return typeof asked === 'number' ? Math.min(max, Math.max(1, asked)) : undefined
}
