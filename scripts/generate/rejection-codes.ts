// Writes the enum RejectionCode of schema.graphql: every code of src/ledger/rejection.ts, with its sentence.
import { readFileSync, writeFileSync } from 'node:fs'
import { REJECTIONS } from '../../src/ledger/rejection.ts'

const target = new URL('../../schema.graphql', import.meta.url)
const values = Object.entries(REJECTIONS).map(
  ([code, sentence]) => `  ${JSON.stringify(sentence)}\n  ${code}\n`,
)
const schema = readFileSync(target, 'utf8')
const block = /(?<=^enum RejectionCode \{\n)[\s\S]*?(?=^\})/m
if (!block.test(schema)) throw new Error('schema.graphql has no enum RejectionCode')
writeFileSync(
  target,
  schema.replace(block, () => values.join('')),
)
