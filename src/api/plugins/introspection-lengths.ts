import {
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isWrappingType,
} from 'graphql'

const known = new WeakMap<GraphQLSchema, ReadonlyMap<string, number>>()

/** How many items a field of an introspection type has: the mean over the schema for lists and for `ofType`, which is often null; else 1. */
export function meanLength(schema: GraphQLSchema, type: string, field: string): number {
  const lengths = known.get(schema) ?? lengthsOf(schema)
  known.set(schema, lengths)
  return lengths.get(`${type}.${field}`) ?? 1
}

function lengthsOf(schema: GraphQLSchema): ReadonlyMap<string, number> {
  const types = Object.values(schema.getTypeMap())
  const fieldsOf = types.flatMap((type) =>
    isObjectType(type) || isInterfaceType(type) ? [Object.values(type.getFields())] : [],
  )
  const argumentsOf = fieldsOf.flat().map(({ args }) => args)
  const directives = schema.getDirectives()
  return new Map([
    ['__Schema.types', types.length],
    ['__Schema.directives', directives.length],
    [
      '__Type.ofType',
      fieldsOf.flat().filter(({ type }) => isWrappingType(type)).length / fieldsOf.flat().length,
    ],
    ['__Type.fields', mean(fieldsOf)],
    [
      '__Type.inputFields',
      mean(types.filter(isInputObjectType).map((type) => Object.values(type.getFields()))),
    ],
    ['__Type.enumValues', mean(types.filter(isEnumType).map((type) => type.getValues()))],
    ['__Field.args', mean(argumentsOf)],
    ['__Directive.args', mean(directives.map(({ args }) => args))],
  ])
}

function mean(lists: readonly (readonly unknown[])[]): number {
  return lists.reduce((sum, { length }) => sum + length, 0) / Math.max(1, lists.length)
}
