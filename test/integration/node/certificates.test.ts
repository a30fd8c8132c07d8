import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { COST_PER_RECORD } from '../../../src/api/model/certificate.ts'
import type { Certificate } from '../../../src/certificate/certificate.ts'
import { encodeCertificate } from '../../../src/certificate/encode.ts'
import { makeCertificate } from '../../../src/certificate/make.ts'
import type { CertificateReport } from '../../../src/certificate/report.ts'
import { verifyCertificate } from '../../../src/certificate/verify.ts'
import { utf8 } from '../../../src/codec/bytes.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import { zeroHash } from '../../../src/crypto/merkle.ts'
import { chainIdOf, type Genesis } from '../../../src/ledger/genesis.ts'
import { decodeHeader, encodeHeader } from '../../../src/ledger/header.ts'
import { RejectionError } from '../../../src/ledger/rejection.ts'
import { originOf, quorumPolicy } from '../../../src/log/cosigned.ts'
import type { TraceRequest } from '../../../src/provenance/types.ts'
import type { Database } from '../../../src/storage/database.ts'
import { positionAfter } from '../../../src/storage/heights.ts'
import { MAX_SET_BACK, PastState } from '../../../src/storage/past-state.ts'
import { certificateSource } from '../../../src/storage/reads/certificates.ts'
import { readTrace } from '../../../src/storage/reads/trace.ts'
import { loadTreeHeight } from '../../../src/storage/tree-store.ts'
import { serveApi } from '../../support/api/served-api.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { eddsaKey, rsaKey } from '../../support/ledger/ledger-world.ts'
import { idleNode } from '../../support/node/idle-node.ts'
import { chainNow, nodeFolder, startTestNode, Trader } from '../../support/node/test-node.ts'
import { until } from '../../support/shared/until.ts'
import { emptyDatabase, openForTest } from '../../support/storage/postgres.ts'

const [ann, bob, cem] = [rsaKey(), eddsaKey('bob'), eddsaKey('cem')]
const budget = () => ({ left: 100_000, max: 100_000 })
let genesis: Genesis
let database: Database
let assetId: bigint
let treeHeight: number
/** What the node gave as its newest checkpoint. */
let checkpoint: string | null

type Asked = Omit<TraceRequest, 'first' | 'maxDepth' | 'after'>

beforeAll(async () => {
  genesis = chainNow()
  const folder = nodeFolder()
  const databaseUrl = await emptyDatabase()
  const { node, control, stop, fatal } = await startTestNode({ genesis, databaseUrl, ...folder })
  const trader = new Trader(genesis, ann)
  ;({ assetId } = trader)
  await trader.send(control, () => trader.register())
  await trader.send(control, () => trader.issue(ann.account, 100n), { note: 'the first hundred' })
  const holders = [ann, bob, cem]
  for (let i = 0; i < 15; i++) {
    const { finalHeight } = node.status()
    const amount = BigInt(3 - (i % 3))
    await trader.send(control, () => trader.transfer(holders[i % 3]!, holders[(i + 1) % 3]!.account, amount))
    // Blocks of one to three actions.
    if (i % 3 > 0) await until(() => node.status().finalHeight > finalHeight)
  }
  database = openForTest(databaseUrl)
  // The registration, the issue and 15 transfers are below the newest two blocks whose trees are stored, however late they got there.
  const below = async () => Math.max(0, (await loadTreeHeight(database)) - 2)
  await until(async () => (await positionAfter(database, await below())) === 17)
  checkpoint = await control.checkpoint()
  await stop()
  folder.remove()
  expect(fatal).toEqual([])
  treeHeight = await loadTreeHeight(database)
})
afterAll(() => database.close())

const source = (height?: number) =>
  certificateSource(database, genesis, poseidon, { budget: budget() }, height)
const verify = (certificate: Certificate): Promise<CertificateReport> =>
  verifyCertificate(utf8(encodeCertificate(certificate)), genesis, poseidon, { nowMs: Date.now() })
const verdictsOf = ({ intact, complete, signed, final }: CertificateReport) =>
  [intact, complete, signed, final].map(({ verdict }) => verdict)

/** Records that a trace as of a height looks up. */
async function walkCost(question: Asked, height: number): Promise<number> {
  const own = budget()
  await readTrace(database, question, await positionAfter(database, height), { budget: own })
  return own.max - own.left
}

/** Every question about the asset, both ways. */
const questions = (): Asked[] =>
  (['BACKWARD', 'FORWARD'] as const).flatMap((direction) => [
    { asset: assetId, direction },
    ...[ann, bob, cem].map(({ account }) => ({ asset: assetId, account, direction })),
  ])

/** What an api answers that is asked for the certificates of the asset as of these heights, one after the other. */
async function answersAsOf(...heights: number[]) {
  const control = { ...idleNode('00'.repeat(32)), checkpoint: async () => checkpoint }
  const api = await serveApi(database, genesis, { control })
  const query = `query ($asset: String!, $height: BigInt!) {
    certificate(input: { start: { asset: $asset }, atHeight: $height }) { json } }`
  const headers = { 'content-type': 'application/json' }
  const answers: {
    data: { certificate: { json: string } }
    extensions: { cost: number; costLeft: number }
  }[] = []
  for (const height of heights) {
    const body = JSON.stringify({ query, variables: { asset: 'LOT-1', height: String(height) } })
    const response = await fetch(`${api.url}/graphql`, { method: 'POST', headers, body })
    answers.push((await response.json()) as (typeof answers)[0])
  }
  await api.stop()
  return answers
}

test('an api takes from its client what the walk of a certificate looked up, and what the state was set back by', async () => {
  const end = await positionAfter(database, treeHeight)
  const lookedAt = async (height: number) =>
    (await walkCost({ asset: assetId, direction: 'BACKWARD' }, height)) +
    end -
    (await positionAfter(database, height))
  const heights = [treeHeight - 3, treeHeight - 2]
  const looked = await Promise.all(heights.map(lookedAt))
  // How many of the newest blocks are empty depends on the machine.
  while (looked[0] === looked[1]) looked[0] = await lookedAt(--heights[0]!)
  const [early, late] = await answersAsOf(...heights)
  expect(early!.extensions.cost - late!.extensions.cost).toBe(COST_PER_RECORD * (looked[0]! - looked[1]!))
  expect(early!.extensions.cost).toBeGreaterThan(COST_PER_RECORD * looked[0]!)
})

test('an api adds the checkpoint of its node, with a proof from its own tiles that the header is in it', async () => {
  const [answer] = await answersAsOf(treeHeight - 2)
  const keys = genesis.validators.map(({ logKey }) => logKey)
  const policy = quorumPolicy({ origin: originOf(fieldToHex(chainIdOf(genesis))), quorum: 1 }, keys)
  const options = { nowMs: Date.now(), policy }
  const report = await verifyCertificate(utf8(answer!.data.certificate.json), genesis, poseidon, options)
  expect(report.witnessed).toEqual({ verdict: 'yes', reason: expect.stringContaining('validator-0') })
})

describe('a certificate from a database', () => {
  test('as of each height has the trace as it was then, and all verdicts are yes', async () => {
    let checked = 0
    for (let height = 0; height < treeHeight; height++) {
      const from = await source(height)
      for (const question of questions()) {
        const before = await readTrace(database, question, from.historySize, { budget: budget() }).catch(
          () => undefined, // the asset is not registered yet
        )
        if (before === undefined || before.hops.length === 0) continue
        const report = await verify(await makeCertificate(from, question))
        expect(verdictsOf(report)).toEqual(['yes', 'yes', 'yes', 'yes'])
        expect(report.content!.trace.holders).toEqual(before.holders)
        expect(report.content!.trace.hops).toEqual(before.hops)
        checked++
      }
    }
    expect(checked).toBeGreaterThan(40)
  })

  test('is as of the newest height by default, and refused above it', async () => {
    expect((await source()).height).toBeGreaterThanOrEqual(treeHeight - 1)
    await expect(source(treeHeight + 1)).rejects.toMatchObject({ rejection: { code: 'HEIGHT_TOO_HIGH' } })
  })

  test('rests on a later header where a block was stored with the certificate of another', async () => {
    const { sql } = database
    const height = treeHeight - 6
    const own = await makeCertificate(await source(height), { asset: assetId, direction: 'FORWARD' })
    expect(own.later).toBeUndefined()
    await sql`ALTER TABLE block DISABLE TRIGGER USER`
    await sql`
      UPDATE block SET certificate = (SELECT certificate FROM block WHERE height = ${height + 4})
      WHERE height BETWEEN ${height + 1} AND ${height + 3}`
    const made = await makeCertificate(await source(height), { asset: assetId, direction: 'FORWARD' })
    expect(decodeHeader(made.later!.header).height).toBe(height + 4)
    expect({ ...made, later: undefined, finality: own.finality }).toEqual(own)
    const report = await verify(made)
    expect(verdictsOf(report)).toEqual(['yes', 'yes', 'yes', 'yes'])
    expect(report.final.reason).toContain(`block ${height + 4} final, whose log has block ${height + 1}`)

    const { header, inclusion } = made.later!
    const later = decodeHeader(header)
    const changed = [
      inclusion.map((hash) => hash.map((byte) => byte ^ 1)),
      inclusion.slice(1),
      [...inclusion, inclusion[0]!],
    ]
    for (const proof of changed)
      expect((await verify({ ...made, later: { header, inclusion: proof } })).intact.code).toBe('NOT_IN_LOG')
    const early = encodeHeader({ ...later, height: height + 1 })
    expect((await verify({ ...made, later: { header: early, inclusion } })).intact.code).toBe('NOT_IN_LOG')
    const foreign = encodeHeader({ ...later, chainId: later.chainId + 1n })
    expect((await verify({ ...made, later: { header: foreign, inclusion } })).intact.code).toBe('WRONG_CHAIN')
    const forged = encodeHeader({ ...later, view: later.view + 1 })
    expect((await verify({ ...made, later: { header: forged, inclusion } })).final.verdict).toBe('no')
    expect((await verify({ ...made, later: undefined })).final.verdict).toBe('no')
    expect((await verify({ ...own, later: made.later })).final.verdict).toBe('no')
  })
})

describe('a certificate that an api cannot make whole', () => {
  test.each(['BACKWARD', 'FORWARD'] as const)(
    'is refused, whatever is left of the budget (%s)',
    async (direction) => {
      const height = treeHeight - 1
      const question = { asset: assetId, account: bob.account, direction }
      const walked = await walkCost(question, height)
      expect(walked).toBeGreaterThan(3)
      const refused: unknown[] = []
      // Forward, the records of the block above are charged too.
      const enough = walked + 5
      for (let left = 0; left <= enough; left++) {
        const options = { budget: { left, max: walked } }
        const made = await certificateSource(database, genesis, poseidon, options, height)
          .then((from) => makeCertificate(from, question))
          .catch((error) => error)
        if (made instanceof RejectionError) refused.push(made.rejection)
        else expect([left, (await verify(made)).complete.verdict]).toEqual([left, 'yes'])
      }
      expect(refused.length).toBeGreaterThan(walked / 2)
      expect(refused.length).toBeLessThan(enough)
      for (const each of refused)
        expect(each).toMatchObject({ code: 'QUERY_TOO_COSTLY', data: { maxRecords: walked } })
    },
  )

  test('is refused if more hops follow from it than a verifier follows', async () => {
    const question = { asset: assetId, direction: 'FORWARD' } as const
    const height = treeHeight - 1
    const end = await positionAfter(database, height)
    const { hops } = await readTrace(database, question, end, { budget: budget() })
    const made = async (maxHops: number) => {
      const options = { budget: budget(), maxHops }
      return makeCertificate(await certificateSource(database, genesis, poseidon, options, height), question)
    }
    expect((await verify(await made(hops.length))).complete.verdict).toBe('yes')
    await expect(made(hops.length - 1)).rejects.toMatchObject({
      rejection: {
        code: 'QUERY_TOO_COSTLY',
        data: {
          what: 'certificate',
          maxHops: hops.length - 1,
          advice: expect.stringContaining('fewer units'),
        },
      },
    })
  })
})

describe('the state of an earlier height', () => {
  test('is charged to a certificate by the records that came after it', async () => {
    const height = treeHeight - 6
    const question = { asset: assetId, direction: 'FORWARD' } as const
    const cost = async (left: number) => {
      const own = { left, max: left }
      await makeCertificate(
        await certificateSource(database, genesis, poseidon, { budget: own }, height),
        question,
      )
      return left - own.left
    }
    const records = (await positionAfter(database, treeHeight)) - (await positionAfter(database, height))
    const walked = await walkCost(question, height)
    expect(records).toBeGreaterThan(0)
    expect(await cost(100_000)).toBe(walked + records)
    await expect(cost(walked + records - 1)).rejects.toMatchObject({
      rejection: { code: 'QUERY_TOO_COSTLY' },
    })
  })

  test('is not made beyond a bound of such records', async () => {
    const end = await positionAfter(database, treeHeight)
    const stateAt = (position: number) => new PastState(database, poseidon, genesis.stateDepth, position)
    const root = [{ level: genesis.stateDepth, index: 0 }]
    await expect(stateAt(end - MAX_SET_BACK - 1).nodes(root)).rejects.toMatchObject({
      rejection: { code: 'NOT_AVAILABLE', data: { max: MAX_SET_BACK } },
    })
    expect(await stateAt(end - MAX_SET_BACK).nodes(root)).toEqual([zeroHash(poseidon, genesis.stateDepth)])
  })
})
