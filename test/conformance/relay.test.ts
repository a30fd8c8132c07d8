import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ApiWorld } from '../support/api/api-server.ts'
import { ROOT } from '../support/documents/snippets.ts'
import { eddsaKey } from '../support/ledger/ledger-world.ts'
import { testFolder } from '../support/shared/test-folder.ts'

/** A program for Relay: pages that continue, and objects of each kind that are fetched again by id. */
const OPERATIONS = `
export const query = graphql\`
  query operationsQuery($count: Int!, $cursor: String, $code: String!) {
    ...operations_history @arguments(count: $count, cursor: $cursor)
    asset(by: { code: $code }) { ...operations_asset }
    block(by: { height: 1 }) { ...operations_block proposer { name } }
  }
\`
export const history = graphql\`
  fragment operations_history on Query
  @argumentDefinitions(count: { type: "Int", defaultValue: 20 }, cursor: { type: "String" })
  @refetchable(queryName: "operationsHistoryQuery") {
    transfers(first: $count, after: $cursor, order: NEWEST_FIRST) @connection(key: "operations_transfers") {
      edges { node { kind amount ...operations_transfer } }
    }
  }
\`
export const transfer = graphql\`
  fragment operations_transfer on Transfer @refetchable(queryName: "operationsTransferQuery") { hash from { address } batch { index } }
\`
export const block = graphql\`
  fragment operations_block on Block
  @argumentDefinitions(count: { type: "Int", defaultValue: 20 }, cursor: { type: "String" })
  @refetchable(queryName: "operationsBlockQuery") {
    transfers(last: $count, before: $cursor) @connection(key: "operations_block_transfers") { edges { node { hash } } }
  }
\`
export const asset = graphql\`
  fragment operations_asset on Asset
  @argumentDefinitions(count: { type: "Int", defaultValue: 20 }, cursor: { type: "String" })
  @refetchable(queryName: "operationsAssetQuery") {
    code
    holdings(first: $count, after: $cursor) @connection(key: "operations_holdings") {
      edges { node { ...operations_holding account { ...operations_account } } }
    }
  }
\`
export const holding = graphql\`fragment operations_holding on Holding @refetchable(queryName: "operationsHoldingQuery") { balance }\`
export const account = graphql\`fragment operations_account on Account @refetchable(queryName: "operationsAccountQuery") { address }\`
export const batch = graphql\`fragment operations_batch on Batch @refetchable(queryName: "operationsBatchQuery") { status }\`
export const submit = graphql\`
  mutation operationsSubmitMutation($input: SignedTransferInput!) {
    submitTransfer(input: $input) { status rejection { code } transfer { ...operations_transfer } }
  }
\`
export const live = graphql\`
  subscription operationsLiveSubscription($after: String) { transfers(after: $after) { cursor node { ...operations_transfer } } }
\`
`

const require = createRequire(import.meta.url)
const compiler = require.resolve('relay-compiler/cli.js')
const folder = testFolder('relay')
const ann = eddsaKey('ann')
let world: ApiWorld

beforeAll(async () => {
  world = await ApiWorld.open()
  await world.lot(ann, 'LOT-1', 100n)
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Compiles a program against schema.graphql. @returns the operations as they are sent, by name @throws Error with the compiler's output */
function compile(name: string, program: string): Map<string, string> {
  const at = (path: string) => join(folder, name, path)
  mkdirSync(at('src/__generated__'), { recursive: true })
  copyFileSync(`${ROOT}schema.graphql`, at('schema.graphql'))
  writeFileSync(at('src/operations.ts'), program)
  writeFileSync(at('operations.json'), '{}')
  writeFileSync(
    at('relay.config.json'),
    JSON.stringify({
      src: './src',
      schema: './schema.graphql',
      language: 'typescript',
      persistConfig: { file: './operations.json' },
    }),
  )
  execFileSync(process.execPath, [compiler, 'relay.config.json'], { cwd: at(''), stdio: 'pipe' })
  const texts = Object.values(JSON.parse(readFileSync(at('operations.json'), 'utf8')) as object) as string[]
  return new Map(texts.map((text) => [/(?:query|mutation|subscription) (\w+)/.exec(text)![1]!, text]))
}

it('Relay compiles pages and objects that are fetched again, and this server answers them', async () => {
  const operations = compile('good', OPERATIONS)
  const run = (name: string, variables: object) =>
    world.data(operations.get(name)!, variables as Record<string, unknown>)
  const first = await run('operationsQuery', { count: 1, cursor: null, code: 'LOT-1' })
  expect(first.transfers.edges).toMatchObject([{ node: { kind: 'ISSUE', amount: '100' } }])
  const cursor = first.transfers.pageInfo.endCursor
  const second = await run('operationsHistoryQuery', { count: 1, cursor })
  expect(second.transfers.edges).toMatchObject([{ node: { kind: 'REGISTER' } }])
  const [{ node: transfer }] = first.transfers.edges
  const [{ node: holding }] = first.asset.holdings.edges
  const again: [string, { id: string }][] = [
    ['operationsTransferQuery', transfer],
    ['operationsBatchQuery', transfer.batch],
    ['operationsBlockQuery', first.block],
    ['operationsAssetQuery', first.asset],
    ['operationsHoldingQuery', holding],
    ['operationsAccountQuery', holding.account],
  ]
  for (const [name, { id }] of again) {
    const { node } = await run(name, { id, count: 5, cursor: null })
    expect([name, node?.id]).toEqual([name, id])
  }
  expect(operations.size).toBe(again.length + 4)
})

it('Relay rejects what the schema does not have', () => {
  expect(() =>
    compile('bad', 'export const q = graphql`query operationsQuery { chain { nothing } }`'),
  ).toThrow('nothing')
})
