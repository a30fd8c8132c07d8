import { GraphQLScalarType, Kind, type ValueNode, valueFromASTUntyped } from 'graphql'
import { reject } from '../ledger/rejection.ts'
import { refusal } from './errors.ts'

const DECIMAL = /^(0|[1-9][0-9]{0,38})$/
const HASH = /^[0-9a-f]{64}$/

/** A BigInt as input: decimal digits, or a JSON number that JavaScript holds exactly. */
function parseBigInt(value: unknown): bigint {
  if (typeof value === 'string' && DECIMAL.test(value)) return BigInt(value)
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return BigInt(value)
  throw refusal(reject('BAD_NUMBER', { got: shown(value) }))
}

function serializeBigInt(value: unknown): string {
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value)))
    return value.toString()
  throw new TypeError(`not a whole number: ${String(value)}`)
}

function parseHash(value: unknown): string {
  if (typeof value === 'string' && HASH.test(value)) return value
  throw refusal(reject('BAD_INPUT', { expected: '64 lower-case hexadecimal digits', got: shown(value) }))
}

/** What came, short enough for an error. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`
}

/** A literal's text or number; anything else as it stands, for the parser to refuse. */
function literal(node: ValueNode): unknown {
  if (node.kind === Kind.STRING || node.kind === Kind.INT) {
    return node.value
  }
  return valueFromASTUntyped(node)
}

const BigIntScalar = new GraphQLScalarType<bigint, string>({
  name: 'BigInt',
  serialize: serializeBigInt,
  parseValue: parseBigInt,
  parseLiteral: (node) => parseBigInt(literal(node)),
})

const HashScalar = new GraphQLScalarType<string, string>({
  name: 'Hash',
  serialize: (value) => String(value),
  parseValue: parseHash,
  parseLiteral: (node) => parseHash(literal(node)),
})

const DateTimeScalar = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  serialize: (value) => (value as Date).toISOString(),
})

const JsonScalar = new GraphQLScalarType<unknown, unknown>({ name: 'JSON' })

/** The schema's own scalars, as resolvers. */
export const scalars = {
  BigInt: BigIntScalar,
  Hash: HashScalar,
  DateTime: DateTimeScalar,
  JSON: JsonScalar,
}
