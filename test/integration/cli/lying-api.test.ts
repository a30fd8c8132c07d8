import { existsSync, rmSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeGenesis } from '../../../src/cli/files/genesis-file.ts'
import { bytesToHex } from '../../../src/codec/bytes.ts'
import { encodeCertificate } from '../../../src/consensus/codec.ts'
import { voteMessage } from '../../../src/consensus/signed-bytes.ts'
import { ed25519PublicKey, signEd25519 } from '../../../src/crypto/ed25519.ts'
import { HistoryTree } from '../../../src/crypto/history-tree.ts'
import { subtreeRoot } from '../../../src/crypto/merkle.ts'
import { recordHash } from '../../../src/ledger/hashes.ts'
import { type BlockHeader, blockHash, encodeHeader, genesisHeader } from '../../../src/ledger/header.ts'
import { circuits } from '../../../src/setup/circuits.ts'
import { genesisStateRoot } from '../../../src/verify/batch-chain.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { definitionOf, eddsaKey, genesisOf, World } from '../../support/ledger/ledger-world.ts'
import { ictl } from '../../support/network/ictl-network.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

const folder = testFolder('lies')
const genesisFile = join(folder, 'genesis.json')
const votingSeed = new Uint8Array(32).fill(7)
const [issuer, holder] = [eddsaKey('issuer'), eddsaKey('holder')]
const definition = definitionOf(issuer)
const genesis = genesisOf({
  validators: [
    {
      name: 'one',
      votingKey: ed25519PublicKey(votingSeed),
      transportKey: ed25519PublicKey(new Uint8Array(32).fill(8)),
      logKey: ed25519PublicKey(new Uint8Array(32).fill(9)),
    },
  ],
  provingKey: { kind: 'development', vkHash: circuits()[0]!.developmentVkHash },
  definitions: [definition],
  allocations: [{ to: holder.account, asset: definition.code, amount: 5n }],
})
/** The records of genesis fill a batch, and four transfers the next. */
const world = new World(genesis)
const fromGenesis = world.records.length
for (let i = 0; i < 4; i++) world.move(holder, holder.account, issuer.account, world.records[0]!.assetId)
const leaves = world.records.map((record) => recordHash(poseidon, record, world.rules.chainId))
const batches = [leaves.slice(0, fromGenesis), leaves.slice(fromGenesis)]

/** A final header that is true, after the genesis and so many batches. */
function headerAfter(count: number): BlockHeader {
  const history = new HistoryTree(poseidon)
  for (const records of batches.slice(0, count)) {
    history.append(records)
    history.padTo(4 * Math.ceil(history.size / 4))
  }
  const root = genesisStateRoot(genesis, poseidon)
  const roots = { position: history.size, historyRoot: history.root(), batchStateRoot: root }
  return { ...genesisHeader(genesis), height: 2, view: 2, era: 2, ...roots }
}

interface Told {
  header: BlockHeader
  finalizedHeight?: unknown
  /** The page of batches after one that ended at `after`. */
  page(after: number): { nodes: object[]; hasNextPage: boolean }
}
let told: Told
let pages = 0

function answer(query: string, variables: { height?: string; after?: string | null }): unknown {
  if (query.includes('finalizedHeight'))
    return { chain: { finalizedHeight: told.finalizedHeight ?? String(told.header.height) } }
  if (query.includes('block(')) {
    const { header } = told
    const subject = { kind: 'finalize' as const, view: header.view, hash: bytesToHex(blockHash(header)) }
    const signature = signEd25519(votingSeed, voteMessage(header.chainId, subject))
    const certificate = encodeCertificate({ ...subject, signatures: [{ validator: 0, signature }] }, 1)
    return { block: { header: bytesToHex(encodeHeader(header)), certificate: bytesToHex(certificate) } }
  }
  pages++
  const after = variables.after == null ? 0 : Number(variables.after)
  const { nodes, hasNextPage } = told.page(after)
  return { batches: { nodes, pageInfo: { hasNextPage, endCursor: String(after + nodes.length) } } }
}

const root = (index: number) => subtreeRoot(poseidon, batches[index]!, 1).toString(16).padStart(64, '0')
const batch = (index: number, rest: object = {}) => {
  const recordsRoot = root(Math.min(index, 1))
  return {
    index: `${index}`,
    recordsRoot,
    full: true,
    status: 'UNPROVEN',
    proof: null,
    publicSignals: null,
    ...rest,
  }
}
const invented = {
  status: 'PROVEN',
  proof: {
    pi_a: ['1', '2', '1'],
    pi_b: [
      ['1', '2'],
      ['3', '4'],
      ['1', '0'],
    ],
    pi_c: ['1', '2', '1'],
    protocol: 'groth16',
    curve: 'bn128',
  },
  publicSignals: ['1', '1', '2', '3', '4', '5'],
}

const server = http.createServer(async (request, response) => {
  const body = (await request.toArray()).join('')
  const { query, variables } = JSON.parse(body)
  response
    .setHeader('content-type', 'application/json')
    .end(JSON.stringify({ data: answer(query, variables) }))
})
const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
const verify = (...more: string[]) =>
  ictl(['verify', '--chain', '--url', url(), '--genesis', genesisFile, ...more])

beforeAll(async () => {
  writeGenesis(genesisFile, genesis)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

const pageOf =
  (...nodes: object[]) =>
  () => ({ nodes, hasNextPage: false })
const nothingProven: Told = {
  header: headerAfter(1),
  page: () => ({ nodes: [batch(0)], hasNextPage: false }),
}

describe('ictl verify --chain with an API that lies', () => {
  it('does not call an empty range verified', async () => {
    told = nothingProven
    const { status, stdout, stderr } = await verify()
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toContain('block 2 of 2023-11-14T22:13:24.000Z is final')
    expect(stderr).toMatch(/no full batch yet.*\[UNPROVEN\]/)
  })

  it('says no OK, and one error as JSON, where a full batch has no proof', async () => {
    told = { header: headerAfter(2), page: () => ({ nodes: [batch(0), batch(1)], hasNextPage: false }) }
    const { status, stdout } = await verify('--json')
    expect(status).toBe(1)
    expect(JSON.parse(stdout)).toEqual({
      error: expect.objectContaining({
        code: 'UNPROVEN',
        message: expect.stringContaining('has no proof yet'),
        data: expect.objectContaining({ first: 1, end: 2, provenTo: 1 }),
      }),
    })
  })

  it.each([
    ['--max-age', '1d'],
    ['--min-height', '3'],
  ])('refuses an old state of the chain (%s)', async (...option) => {
    told = nothingProven
    const { status, stderr } = await verify(...option)
    expect([status, stderr]).toEqual([1, expect.stringContaining('[TOO_OLD]')])
  })

  it.each<[string, (after: number) => object[]]>([
    ['the same batch again and again', () => [batch(0)]],
    ['pages without a batch', () => []],
    ['batches beyond the header, without end', (after) => [batch(after), batch(after + 1)]],
  ])('ends although the API lists %s', async (_, nodes) => {
    told = { header: headerAfter(1), page: (after) => ({ nodes: nodes(after), hasNextPage: true }) }
    pages = 0
    const { status } = await verify()
    expect(status).toBe(1)
    expect(pages).toBeLessThan(4)
  })

  it.each<[string, Partial<Told>]>([
    ['a root that is no hex', { page: pageOf(batch(0, { recordsRoot: 'x' })) }],
    [
      'a root of r or more',
      { header: headerAfter(2), page: pageOf(batch(0), batch(1, { recordsRoot: 'f'.repeat(64) })) },
    ],
    ['a root that is no text', { page: pageOf(batch(0, { recordsRoot: null })) }],
    ['a batch that is none', { page: () => ({ nodes: [null], hasNextPage: false }) as never }],
    ['no list of batches', { page: () => ({ nodes: {}, hasNextPage: false }) as never }],
    ['a height that is none', { finalizedHeight: 'none' }],
    // From here on, a height minus 1 is the same height.
    ['a height above all', { finalizedHeight: String(2 ** 53 + 4) }],
  ])('says that %s cannot be read', async (_, lie) => {
    told = { ...nothingProven, ...lie }
    expect((await verify()).stderr).toContain('[MALFORMED]')
  })
})

it('ictl export settlement writes no batch that it has not verified', async () => {
  const out = join(folder, 'out')
  told = {
    header: headerAfter(2),
    page: () => ({ nodes: [batch(0), batch(1, invented)], hasNextPage: false }),
  }
  const operators = ['--operators', `0x${'11'.repeat(20)}`, '--quorum', '1', '--allow-development-key']
  const args = ['export', 'settlement', '--out', out, '--url', url(), '--genesis', genesisFile, ...operators]
  const { status, stderr } = await ictl(args)
  expect([status, stderr]).toEqual([1, expect.stringMatching(/\[BAD_(POINTS|SIGNALS|PROOF)\]/)])
  expect(existsSync(join(out, 'batches'))).toBe(false)
})
