import { Kind, type ValueNode, valueFromASTUntyped } from 'graphql'
import { reject } from '../../ledger/rejection.ts'
import { rejectionError } from '../errors.ts'
import type { Resolvers } from '../generated/resolvers.ts'

const DECIMAL = /^(0|[1-9][0-9]{0,38})$/

/** Parses a BigInt: decimal digits, or a JSON number that JavaScript represents exactly. */
function parseBigInt(value: unknown): bigint {
  if (typeof value === 'string' && DECIMAL.test(value)) return BigInt(value)
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return BigInt(value)
  throw rejectionError(reject('BAD_NUMBER', { got: shown(value) }))
}

function serializeBigInt(value: unknown): string {
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value)))
    return value.toString()
  throw new TypeError(`not a whole number: ${String(value)}`)
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i

/** Parses an RFC 3339 date and time, to milliseconds. */
function parseDateTime(value: unknown): Date {
  const time = typeof value === 'string' ? timeIn(value) : undefined
  if (time) return time
  throw rejectionError(
    reject('BAD_INPUT', { expected: 'a time such as 2025-01-31T12:00:00Z', got: shown(value) }),
  )
}

/** The time that a text names, with its zone; undefined if it names none. */
export function timeIn(text: string): Date | undefined {
  const time = TIME.test(text) ? new Date(text) : undefined
  return time && !Number.isNaN(time.getTime()) ? time : undefined
}

/** The value, shortened for an error message. */
function shown(value: unknown): string {
  const text = typeof value === 'object' && value !== null ? typeNameOf(value) : String(value)
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`
}

/** Lists and objects are not shown: they can be large. */
const typeNameOf = (value: object) => (Array.isArray(value) ? 'a list' : 'an object')

/** The text or number of a literal; any other literal is returned as it is, for the parser to reject. */
function literal(node: ValueNode): unknown {
  if (node.kind === Kind.STRING || node.kind === Kind.INT) {
    return node.value
  }
  return valueFromASTUntyped(node)
}

/** Makes a scalar. Its name and documentation are in schema.graphql. */
const scalar = (serialize: (value: unknown) => unknown, parse: (value: unknown) => unknown) => ({
  __serialize: serialize,
  __parseValue: parse,
  __parseLiteral: (node: ValueNode) => parse(literal(node)),
})

const outputOnly = (): never => {
  throw rejectionError(reject('BAD_INPUT', { reason: 'not an input' }))
}

/** Resolvers of the schema's own scalars. */
export const scalars = {
  BigInt: scalar(serializeBigInt, parseBigInt),
  Hash: scalar(String, outputOnly),
  DateTime: scalar((value) => (value as Date).toISOString(), parseDateTime),
  JSON: scalar((value) => value, outputOnly),
} as unknown as Pick<Resolvers, 'BigInt' | 'Hash' | 'DateTime' | 'JSON'>
