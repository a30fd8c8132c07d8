// Writes src/explorer/generated/operations.ts from schema.graphql and the .graphql files of src/explorer: each operation with the fragments that it
// uses, without blanks, and the types of its variables and its result.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { codegen } from '@graphql-codegen/core'
import * as operations from '@graphql-codegen/typescript-operations'
import { concatAST, Kind, parse, print, stripIgnoredCharacters, visit } from 'graphql'

const root = fileURLToPath(new URL('../../', import.meta.url))
const source = `${root}src/explorer/`
const schema = parse(readFileSync(`${root}schema.graphql`, 'utf8'))

const documents = readdirSync(source, { recursive: true })
  .filter((name) => name.endsWith('.graphql'))
  .sort()
  .map((name) => ({
    location: name,
    document: parse(readFileSync(`${source}${name}`, 'utf8'), { noLocation: true }),
  }))
const { definitions } = concatAST(documents.map(({ document }) => document))

const text = { input: 'string', output: 'string' }
const config = {
  scalars: {
    BigInt: text,
    Hash: text,
    DateTime: text,
    ID: text,
    JSON: { input: 'unknown', output: 'unknown' },
  },
  strictScalars: true,
  useTypeImports: true,
  enumsAsTypes: true,
  enumType: 'string-literal',
  immutableTypes: true,
  skipTypename: true,
  inlineFragmentTypes: 'combine',
  preResolveTypes: true,
}
const types = await codegen({
  filename: 'operations.ts',
  schema,
  documents,
  config,
  plugins: [{ operations: {} }],
  pluginMap: { operations },
})

/** The names of the fragments that a definition spreads, in fragments as well. */
function fragmentsOf(definition, found = new Set()) {
  visit(definition, {
    FragmentSpread({ name: { value } }) {
      if (found.has(value)) return
      found.add(value)
      fragmentsOf(fragmentNamed(value), found)
    },
  })
  return found
}
function fragmentNamed(name) {
  const found = definitions.find((each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === name)
  if (found === undefined) throw new Error(`there is no fragment ${name}`)
  return found
}

const constants = definitions
  .filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
  .map((definition) => {
    const fragments = [...fragmentsOf(definition)].map(fragmentNamed)
    const words = stripIgnoredCharacters([definition, ...fragments].map(print).join('\n'))
    const name = definition.name.value
    const type = `${name}${definition.operation[0].toUpperCase()}${definition.operation.slice(1)}`
    return `export const ${name}Document: TypedDocument<${type}, ${type}Variables> =\n  ${JSON.stringify(words)}\n`
  })

writeFileSync(
  `${source}generated/operations.ts`,
  [
    '// Generated from schema.graphql and the .graphql files of src/explorer by `npm run generate`. Do not edit.',
    "import type { TypedDocument } from '../data/typed-document.ts'",
    types,
    ...constants,
  ].join('\n'),
)
