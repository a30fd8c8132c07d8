import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLDirective,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  isAbstractType,
  Kind,
  type NamedTypeNode,
  type SelectionNode,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql'

/** What a selection is read with. */
export interface SelectionScope {
  schema: GraphQLSchema
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  /** The values that `@skip` and `@include` look at. */
  variables: Record<string, unknown>
}

/**
 * The fields that selections ask an object of this type for, by the key of each in the answer, in the order of their first mention; fields with
 * one key are merged ("CollectFields" in the GraphQL specification).
 */
export function collectFields(
  scope: SelectionScope,
  type: GraphQLObjectType,
  selections: readonly SelectionSetNode[],
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>()
  const seen = new Set<string>()
  const add = ({ selections: nodes }: SelectionSetNode) => {
    for (const node of nodes) {
      if (!isIncluded(scope, node)) continue
      if (node.kind === Kind.FIELD) {
        const key = node.alias?.value ?? node.name.value
        const merged = fields.get(key)
        if (merged) merged.push(node)
        else fields.set(key, [node])
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        if (applies(scope.schema, node.typeCondition, type)) add(node.selectionSet)
      } else if (!seen.has(node.name.value)) {
        seen.add(node.name.value)
        const fragment = scope.fragments.get(node.name.value)
        if (fragment && applies(scope.schema, fragment.typeCondition, type)) add(fragment.selectionSet)
      }
    }
  }
  selections.forEach(add)
  return fields
}

function isIncluded({ variables }: SelectionScope, node: SelectionNode): boolean {
  const condition = (directive: GraphQLDirective) => getDirectiveValues(directive, node, variables)?.if
  return condition(GraphQLSkipDirective) !== true && condition(GraphQLIncludeDirective) !== false
}

function applies(
  schema: GraphQLSchema,
  condition: NamedTypeNode | undefined,
  type: GraphQLObjectType,
): boolean {
  if (condition === undefined) return true
  const named = typeFromAST(schema, condition)
  return named === type || (isAbstractType(named) && schema.isSubType(named, type))
}
