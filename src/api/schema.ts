import { readFileSync } from 'node:fs'
import type { GraphQLSchema } from 'graphql'
import { createSchema } from 'graphql-yoga'
import { meteredSchema } from './budget/metered-schema.ts'
import type { ApiContext } from './request/context.ts'
import { resolvers } from './resolvers/index.ts'

/** The package's schema.graphql. The path is the same from src/api and from dist/api. */
const SCHEMA_FILE = new URL('../../schema.graphql', import.meta.url)

/** The executable schema: schema.graphql with its resolvers, metered. */
export function apiSchema(): GraphQLSchema {
  const typeDefs = readFileSync(SCHEMA_FILE, 'utf8')
  return meteredSchema(createSchema<ApiContext>({ typeDefs, resolvers: resolvers as never }))
}
