import {
  type ArgumentNode,
  type ConstValueNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'

/**
 * The subscription of a client that comes back: `after` of its field is what the client saw last, whatever the document says. A field without
 * `after` stays as it is.
 */
export function resumedAfter(schema: GraphQLSchema, document: DocumentNode, after: string): DocumentNode {
  const types = new TypeInfo(schema)
  const root = schema.getSubscriptionType()
  const value: ConstValueNode = { kind: Kind.STRING, value: after }
  const argument: ArgumentNode = { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: 'after' }, value }
  return visit(
    document,
    visitWithTypeInfo(types, {
      Field(node): FieldNode | undefined {
        const takesAfter = types.getFieldDef()?.args.some(({ name }) => name === 'after')
        if (types.getParentType() !== root || !takesAfter) return undefined
        const others = node.arguments?.filter(({ name }) => name.value !== 'after') ?? []
        return { ...node, arguments: [...others, argument] }
      },
    }),
  )
}
