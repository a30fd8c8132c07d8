// Writes src/api/generated/resolvers.ts from schema.graphql: the types of all resolvers.
import { readFileSync, writeFileSync } from 'node:fs'
import { codegen } from '@graphql-codegen/core'
import * as typescript from '@graphql-codegen/typescript'
import * as resolvers from '@graphql-codegen/typescript-resolvers'
import { parse } from 'graphql'

const root = new URL('../../', import.meta.url)
const target = new URL('src/api/generated/resolvers.ts', root)
const models = [
  'Node',
  'Block',
  'Transfer',
  'Account',
  'Asset',
  'Holding',
  'Hop',
  'Origin',
  'Holder',
  'Batch',
  'Service',
  'Pool',
  'Chain',
  'SubmitResult',
  'BlockConnection',
  'TransferConnection',
  'AssetConnection',
  'HoldingConnection',
  'BatchConnection',
]

const scalars = {
  BigInt: { input: 'bigint', output: 'bigint | number' },
  Hash: { input: 'string', output: 'string' },
  DateTime: { input: 'Date', output: 'Date' },
  JSON: { input: 'unknown', output: 'unknown' },
  ID: { input: 'string', output: 'string' },
}

const config = {
  scalars,
  strictScalars: true,
  useTypeImports: true,
  enumsAsTypes: true,
  immutableTypes: true,
  inputMaybeValue: 'T | null | undefined',
  contextType: '../request/context.ts#ApiContext',
  mappers: Object.fromEntries(models.map((name) => [name, `../request/models.ts#${name}Model`])),
  optionalResolveType: true,
}

const code = await codegen({
  filename: 'resolvers.ts',
  schema: parse(readFileSync(new URL('schema.graphql', root), 'utf8')),
  documents: [],
  config,
  plugins: [{ typescript: {} }, { resolvers: {} }],
  pluginMap: { typescript, resolvers },
})
writeFileSync(target, `// Generated from schema.graphql by \`npm run generate\`. Do not edit.\n${code}`)
