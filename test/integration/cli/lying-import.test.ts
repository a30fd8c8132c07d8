import { once } from 'node:events'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createClient } from '../../../src/client/client.ts'
import { ClientError } from '../../../src/client/graphql.ts'
import { RejectionError } from '../../../src/ledger/rejection.ts'
import { FakeNode } from '../../support/cli/fake-node.ts'
import { lineImports } from '../../support/cli/line-imports.ts'
import { ictl } from '../../support/network/ictl-network.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

// biome-ignore lint/suspicious/noExplicitAny: an answer that may be anything
type Any = any
type Lie = (answer: Any, times: number, variables: Any) => unknown
type Kind = 'chain' | 'reservations' | 'any' | 'assets' | 'records' | 'quota' | 'statuses' | 'submitted'

/** How the questions of an import are told apart. */
const KINDS: readonly [part: string, kind: Kind][] = [
  ['reservations', 'reservations'],
  ['chainId', 'chain'],
  ['quota(', 'quota'],
  ['submitAll(', 'submitted'],
  ['submissions(', 'statuses'],
  ['transfers(first: 100', 'records'],
  ['codes', 'assets'],
  ['assets(', 'any'],
]
const LINES = ['A 0 ann 9', 'A ann bob 1', 'B x y 1']
const folder = testFolder('lying-import')
const { run } = lineImports(folder)
const applied = new FakeNode()
let runs = 0
/** What is made of true answers, by the kind of the question: they are changed, or others are given. */
let lies: Partial<Record<Kind, Lie>>
/** How often each was asked. */
let asked: Partial<Record<Kind, number>>
/** The node that the API would show if it told the truth. */
let node: FakeNode

const server = http.createServer(async (request, response) => {
  const { query, variables } = JSON.parse(await text(request))
  const kind = KINDS.find(([part]) => query.includes(part))![1]
  asked[kind] = (asked[kind] ?? 0) + 1
  const truth = async () => {
    if (kind === 'chain') return { chain: await node.client.chain() }
    if (kind === 'reservations') return { chain: { reservations: null } }
    if (kind !== 'submitted') return node.client.query<Any>(query, variables)
    return { results: variables.actions.map(() => ({ hash: null, status: 'ACCEPTED', rejection: null })) }
  }
  const answer = structuredClone(await truth())
  const data = lies[kind]?.(answer, asked[kind]!, variables) ?? answer
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ data }))
})
const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`

beforeAll(async () => {
  await run(LINES, applied.client, 'applied')
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
beforeEach(() => {
  lies = {}
  asked = {}
  node = applied
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
  rmSync(folder, { recursive: true, force: true })
})

/** An import without a journal. */
const imported = () => run(LINES, createClient({ url: url() }), `run-${runs++}`)

/** The code that it ends with. */
async function codeOf(running: Promise<unknown>): Promise<string> {
  const error = await running.then(
    (results) => expect.unreachable(`it ended with ${results}`),
    (thrown) => thrown,
  )
  if (error instanceof RejectionError) return error.rejection.code
  if (error instanceof ClientError) return error.code
  throw error
}

/** A page of records of the asset A, behind which there is always another. */
const endless = (page: number) => ({
  transfers: {
    nodes: Array.from({ length: 100 }, (_, i) => ({
      ...{
        position: `${100 * page + i}`,
        kind: 'TRANSFER',
        hash: '1'.repeat(64),
        era: '1',
        memo: '0'.repeat(64),
      },
      ...{ asset: { code: 'A' }, from: { address: 'x' }, to: { address: 'y' }, fromStart: '0', amount: '1' },
    })),
    pageInfo: { hasNextPage: true, endCursor: `${page}` },
  },
})
const MORE = { hasNextPage: true, endCursor: 'x' }

/** A lie: what is at this place of an answer. */
const put = (path: string, value: unknown) => (answer: Any) => {
  const places = path.split('.')
  const last = places.pop()!
  places.reduce((at, place) => at[place], answer)[last] = value
}

describe('an import whose journal was lost, and whose API lies about the chain', () => {
  it('finds its rows if the API tells the truth', async () => {
    expect(await imported()).toEqual(Array(3).fill('applied'))
    expect(asked).toMatchObject({ any: 1, assets: 1, records: 1 })
    expect(asked.submitted).toBeUndefined()
  })

  it.each<[what: string, kind: Kind, pages: number, lie: Lie]>([
    ['records without end', 'records', 101, (_, page) => endless(page)],
    ['the same records again and again', 'records', 2, put('transfers.pageInfo', MORE)],
    ['pages without a record', 'records', 1, () => ({ transfers: { nodes: [], pageInfo: MORE } })],
    ['fewer records than it has counted', 'records', 1, (answer) => void answer.transfers.nodes.pop()],
    ['a record of another asset', 'records', 1, put('transfers.nodes.1.asset.code', 'C')],
    ['another asset', 'assets', 0, put('assets.nodes.0.code', 'C')],
    ['an asset twice', 'assets', 0, ({ assets: { nodes } }) => void nodes.push(nodes[0])],
  ])('ends although it shows %s', async (_, kind, pages, lie) => {
    lies[kind] = lie
    expect(await codeOf(imported())).toBe('BAD_CHAIN')
    expect(asked.records ?? 0).toBe(pages)
  })

  it('reads no more records of an asset than its rows can have made', async () => {
    lies.assets = ({ assets: { nodes } }) => {
      nodes.find(({ code }: Any) => code === 'A').transfers.totalCount = `${10 ** 12}`
    }
    lies.records = (_, page, { codes }) => (codes[0] === 'A' ? endless(page) : undefined)
    expect(await imported()).toEqual(['rejected STALE_START', 'rejected STALE_START', 'applied'])
    // One page of A, and one of B.
    expect(asked.records).toBe(2)
  })
})

/** A lie for each place of an answer: by the path to the place, what is there that cannot be read. */
const UNREADABLE: readonly [kind: Kind, path: string, value: unknown][] = [
  ['any', 'assets', null],
  ['any', 'assets.nodes', {}],
  ['assets', 'assets', 7],
  ['assets', 'assets.nodes', null],
  ['assets', 'assets.nodes.0', null],
  ['assets', 'assets.nodes.0.code', null],
  ['assets', 'assets.nodes.0.assetId', 'x'],
  ['assets', 'assets.nodes.0.cap', '-1'],
  ['assets', 'assets.nodes.0.transfers', null],
  ['assets', 'assets.nodes.0.transfers.totalCount', null],
  ['records', 'transfers', null],
  ['records', 'transfers.nodes', { length: 1 }],
  ['records', 'transfers.nodes', Array(101).fill(null)],
  ['records', 'transfers.nodes.1', null],
  ['records', 'transfers.nodes.1.position', 'x'],
  ['records', 'transfers.nodes.1.hash', 'x'],
  ['records', 'transfers.nodes.1.era', -1],
  ['records', 'transfers.nodes.1.asset', null],
  ['records', 'transfers.nodes.1.from', null],
  ['records', 'transfers.nodes.1.to', {}],
  ['records', 'transfers.nodes.1.fromStart', '1.5'],
  ['records', 'transfers.nodes.1.amount', null],
  ['records', 'transfers.nodes.1.memo', ''],
  ['records', 'transfers.pageInfo', null],
  ['records', 'transfers.pageInfo', { hasNextPage: true, endCursor: null }],
  ['quota', 'quota', {}],
  ['quota', 'quota.0', null],
  ['quota', 'quota.0.limit', 'many'],
  ['quota', 'quota.0.usedTogether', 1],
  ['chain', 'chain', null],
  ['chain', 'chain.chainId', '../..'],
  ['chain', 'chain.era', null],
  // It would leave no room for the eras behind it.
  ['chain', 'chain.era', `${2 ** 48 - 1}`],
  ['chain', 'chain.eraMs', 0],
  ['chain', 'chain.delay', null],
  ['submitted', 'results', null],
  ['submitted', 'results', []],
  ['submitted', 'results', Array(101).fill(null)],
  ['submitted', 'results.0', null],
  ['submitted', 'results.0', { hash: null, status: 'REJECTED', rejection: null }],
  // A report would show it as the hash of a row that was applied.
  [
    'submitted',
    'results.0',
    { hash: null, status: 'REJECTED', rejection: { code: 'a'.repeat(64), message: '', data: {} } },
  ],
  ['statuses', 'submissions', null],
  ['statuses', 'submissions', []],
  ['statuses', 'submissions', Array(101).fill(null)],
  ['statuses', 'submissions.0', 'FINAL'],
  ['statuses', 'submissions.0', { status: null }],
]

it('an import signs nothing for another chain than the one that it began with', async () => {
  node = new FakeNode()
  const rejection = { code: 'ERA_EXPIRED', message: '', data: {} }
  lies.submitted = put('results.0', { hash: null, status: 'REJECTED', rejection })
  lies.chain = (answer, times) =>
    times === 1 ? undefined : put('chain.chainId', '6'.padStart(64, '0'))(answer)
  expect(await codeOf(imported())).toBe('BAD_CHAIN')
  expect(asked.chain).toBe(2)
})

describe('an import whose API gives an answer that cannot be read', () => {
  it.each(UNREADABLE)('ends with a code (%s: %s)', async (kind, path, value) => {
    lies[kind] = put(path, value)
    // One that has nothing yet is sent all rows.
    if (['quota', 'submitted', 'statuses'].includes(kind)) node = new FakeNode()
    expect(await codeOf(imported())).toBe('MALFORMED')
  })

  it.each<Kind>(['chain', 'reservations'])('says so at its start, and writes nothing (%s)', async (kind) => {
    lies[kind] = put('chain', kind === 'chain' ? { chainId: '../../x' } : null)
    const file = join(folder, 'rows.csv')
    writeFileSync(file, 'asset,from,to\nA,x,y\n')
    const where = ['--data', join(folder, 'data'), '--url', url()]
    const { status, stderr } = await ictl([
      'import',
      file,
      '--asset',
      'asset',
      '--from',
      'from',
      '--to',
      'to',
      ...where,
    ])
    expect([status, stderr]).toEqual([1, expect.stringContaining('[MALFORMED]')])
    expect(readdirSync(join(folder, 'data', 'imports'))).toEqual(['secret'])
  })
})
