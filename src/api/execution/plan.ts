import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getArgumentValues,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  TypeNameMetaFieldDef,
  visit,
} from 'graphql'
import { unmetered } from '../budget/metered-schema.ts'
import { collectFields, type SelectionScope } from './collect-fields.ts'

/** Fields of a plan, each counted as often as fragments repeat it. About half a kilobyte is kept for each. */
export const MAX_PLAN_FIELDS = 3_000

/** What an operation asks for, prepared so that answering it needs no look at the document. */
export interface OperationPlan {
  operation: OperationDefinitionNode
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  root: ObjectPlan
  /** Number of fields in the plan. */
  fields: number
}

/** The fields that are asked of an object of one type. */
export interface ObjectPlan {
  type: GraphQLObjectType
  fields: readonly FieldPlan[]
}

/** A field of an object. */
export interface FieldPlan {
  /** Its key in the answer. */
  key: string
  nodes: readonly FieldNode[]
  parent: GraphQLObjectType
  definition: GraphQLField<unknown, unknown>
  /** Undefined: the property of the field's name. */
  resolve: GraphQLFieldResolver<unknown, unknown> | undefined
  /** Whether the resolver looks at where it runs: making that takes time. */
  wantsInfo: boolean
  /** Its arguments, unless they depend on variables. */
  constants: Record<string, unknown> | undefined
  type: TypePlan
  /** What is asked of its objects, by their type. */
  inside: ReadonlyMap<GraphQLObjectType, ObjectPlan>
}

/** How a value is turned into a part of the answer. */
export type TypePlan = { nonNull: boolean } & (
  | { kind: 'leaf'; type: GraphQLLeafType }
  | { kind: 'object'; type: GraphQLObjectType }
  | { kind: 'abstract'; type: GraphQLAbstractType }
  | { kind: 'list'; of: TypePlan }
)

/** A document asks for something that plans do not cover. */
export class NotPlanned extends Error {}

/** Names of the variables that decide, by `@skip` or `@include`, what a document asks for. */
export function decidingVariables(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): string[] {
  const names = new Set<string>()
  for (const part of [operation, ...fragments.values()]) {
    visit(part, {
      Directive({ arguments: given = [] }) {
        for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value)
      },
    })
  }
  return [...names]
}

/** What is being planned, with the number of fields so far. */
interface PlanScope extends SelectionScope {
  fields: number
}

/** @throws NotPlanned for introspection, types with `isTypeOf`, a key that JavaScript gives a meaning, and more than MAX_PLAN_FIELDS fields */
export function planOperation(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  variables: Record<string, unknown>,
): OperationPlan {
  const type = schema.getRootType(operation.operation)
  if (!type) throw new NotPlanned()
  const scope = { schema, fragments, variables, fields: 0 }
  const root = planObject(scope, type, [operation.selectionSet])
  return { operation, fragments, root, fields: scope.fields }
}

function planObject(
  scope: PlanScope,
  type: GraphQLObjectType,
  selections: readonly SelectionSetNode[],
): ObjectPlan {
  if (type.isTypeOf) throw new NotPlanned()
  const fields: FieldPlan[] = []
  for (const [key, nodes] of collectFields(scope, type, selections)) {
    const field = planField(scope, type, key, nodes)
    if (field) fields.push(field)
  }
  return { type, fields }
}

function planField(
  scope: PlanScope,
  parent: GraphQLObjectType,
  key: string,
  nodes: readonly FieldNode[],
): FieldPlan | undefined {
  const name = nodes[0]!.name.value
  if (key === '__proto__' || name === '__schema' || name === '__type') throw new NotPlanned()
  const isTypeName = name === TypeNameMetaFieldDef.name
  const definition = isTypeName ? TypeNameMetaFieldDef : parent.getFields()[name]
  if (!definition) return undefined
  scope.fields += 1
  if (scope.fields > MAX_PLAN_FIELDS) throw new NotPlanned()
  const type = planType(definition.type)
  const resolve = isTypeName ? () => parent.name : unmetered(definition)
  const selections = nodes.flatMap(({ selectionSet }) => selectionSet ?? [])
  const objects = objectTypes(scope.schema, type)
  return {
    key,
    nodes,
    parent,
    definition,
    resolve,
    wantsInfo: resolve !== undefined && resolve.length > 3,
    constants: constantArguments(definition, nodes[0]!),
    type,
    inside: new Map(objects.map((object) => [object, planObject(scope, object, selections)])),
  }
}

/** The types that a field's objects can have; none for a leaf. */
function objectTypes(schema: GraphQLSchema, type: TypePlan): readonly GraphQLObjectType[] {
  if (type.kind === 'list') return objectTypes(schema, type.of)
  if (type.kind === 'object') return [type.type]
  return type.kind === 'abstract' ? schema.getPossibleTypes(type.type) : []
}

function planType(type: GraphQLOutputType): TypePlan {
  const nonNull = isNonNullType(type)
  const bare = isNonNullType(type) ? type.ofType : type
  if (isListType(bare)) return { nonNull, kind: 'list', of: planType(bare.ofType) }
  if (isLeafType(bare)) return { nonNull, kind: 'leaf', type: bare }
  if (isObjectType(bare)) return { nonNull, kind: 'object', type: bare }
  if (isAbstractType(bare)) return { nonNull, kind: 'abstract', type: bare }
  throw new NotPlanned()
}

/** A field's arguments if they are the same in every execution. */
function constantArguments(
  definition: GraphQLField<unknown, unknown>,
  node: FieldNode,
): Record<string, unknown> | undefined {
  let usesVariables = false
  visit(node, {
    SelectionSet: () => false,
    Directive: () => false,
    Variable() {
      usesVariables = true
    },
  })
  if (usesVariables) return undefined
  try {
    return getArgumentValues(definition, node)
  } catch {
    return undefined // execution reports what is wrong with them
  }
}
