import {
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  isObjectType,
} from 'graphql'
import { throwRejection } from '../../ledger/rejection.ts'
import { Elsewhere } from '../request/at-height.ts'
import type { ApiContext } from '../request/context.ts'

type Resolver = GraphQLFieldResolver<unknown, ApiContext>

/** The resolvers of metered fields as they were; undefined for the property of the field's name. */
const originals = new WeakMap<
  GraphQLField<unknown, unknown>,
  GraphQLFieldResolver<unknown, unknown> | undefined
>()

/** The resolver of a field, for an executor that meters by itself. */
export function unmetered(
  field: GraphQLField<unknown, unknown>,
): GraphQLFieldResolver<unknown, unknown> | undefined {
  return originals.has(field) ? originals.get(field) : field.resolve
}

/**
 * Makes each resolver of a schema wait for its turn when the event loop is due, end when the execution was stopped, and count what it returns.
 * It works with any executor that calls the schema's resolvers; plans, which meter by themselves, take the original ones. Only resolvers that look at their fourth parameter are given it.
 */
export function meteredSchema(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const field of Object.values(type.getFields())) {
      originals.set(field, field.resolve)
      const resolve = field.resolve as Resolver | undefined
      const waiting = resolve && inTurns(resolve)
      if (isLeafType(getNamedType(field.type))) field.resolve = counted(waiting ?? property(field.name))
      else if (waiting) field.resolve = waiting
    }
  }
  return schema
}

function inTurns(resolve: Resolver): Resolver {
  const run: Resolver = (source, args, context, info) => {
    const { work } = context
    work.mustGoOn()
    const value = work.mustWait()
      ? work.turn().then(() => resolve(source, args, context, info))
      : resolve(source, args, context, info)
    return value instanceof Promise ? value.then(onlyHere) : value
  }
  return withInfoLike(resolve, run)
}

/** Other executors have one context for a whole operation. @throws RejectionError BAD_INPUT for what is read in another one */
function onlyHere(value: unknown): unknown {
  if (value instanceof Elsewhere || (Array.isArray(value) && value.some((item) => item instanceof Elsewhere)))
    throwRejection('BAD_INPUT', {
      argument: 'height',
      reason: 'not in a document that asks for the schema or for thousands of fields',
    })
  return value
}

function counted(resolve: Resolver): Resolver {
  const run: Resolver = (source, args, context, info) => {
    const value = resolve(source, args, context, info)
    if (!(value instanceof Promise)) {
      context.work.add(value)
      return value
    }
    return value.then((found) => {
      context.work.add(found)
      return found
    })
  }
  return withInfoLike(resolve, run)
}

/** The property of a field's name, as without a resolver. Models have no methods for leaves. */
const property =
  (name: string): Resolver =>
  (source) =>
    (source as Record<string, unknown>)[name]

/** A resolver that declares its fourth parameter only if the original does: making it takes time. */
function withInfoLike(original: Resolver, run: Resolver): Resolver {
  return original.length > 3 ? run : (source, args, context) => run(source, args, context, undefined as never)
}
