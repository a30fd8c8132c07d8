import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { encodeAction } from '../../../src/ledger/action-codec.ts'
import type { Genesis } from '../../../src/ledger/genesis.ts'
import { eddsaKey, rsaKey, type TestKey } from '../../support/ledger/ledger-world.ts'
import { TestClock } from '../../support/node/test-clock.ts'
import {
  chainNow,
  firstWrongHeight,
  hashOf,
  nodeFolder,
  readHistory,
  startTestNode,
  submit,
  type TestNode,
  Trader,
} from '../../support/node/test-node.ts'
import { until } from '../../support/shared/until.ts'
import { emptyDatabase, openForTest } from '../../support/storage/postgres.ts'

let ann: TestKey
let bob: TestKey
beforeAll(async () => {
  ann = rsaKey()
  bob = eddsaKey('bob')
})

let genesis: Genesis
let databaseUrl: string
let folder: ReturnType<typeof nodeFolder>
let testNode: TestNode
let trader: Trader
/** Stands still until a test lets blocks be made. */
let clock: TestClock

const start = async (options = {}) => {
  testNode = await startTestNode({ genesis, databaseUrl, ...folder, now: clock.now, ...options })
}
const isFinal = async (hash: string) => (await testNode.control.submission(hash))?.status === 'FINAL'

beforeEach(async () => {
  genesis = chainNow()
  databaseUrl = await emptyDatabase()
  folder = nodeFolder()
  clock = new TestClock()
  clock.freeze()
  trader = new Trader(genesis, ann, 'LOT-1', clock.now)
  await start()
})
afterEach(async () => {
  await testNode.stop()
  expect(testNode.fatal).toEqual([])
  folder.remove()
})

describe('a node of one validator', () => {
  test('finalizes dependent actions in order, and every header has the roots of a replay', async () => {
    const actions = [
      trader.register(),
      trader.issue(ann.account, 500n),
      trader.issue(bob.account, 500n),
      ...Array.from({ length: 20 }, (_, i) =>
        trader.transfer(i % 2 ? ann : bob, i % 2 ? bob.account : ann.account, 5n),
      ),
    ]
    const replies = await Promise.all(actions.map((action) => submit(testNode.control, action)))
    expect(replies.map(({ status }) => status)).toEqual(actions.map(() => 'ACCEPTED'))
    expect(replies.map(({ hash }) => hash)).toEqual(actions.map(hashOf))
    clock.resume()
    for (const action of actions) await until(() => isFinal(hashOf(action)))
    const { finalHeight } = testNode.node.status()
    await until(() => testNode.node.status().finalHeight >= finalHeight + 2)
    const history = await readHistory(openForTest(databaseUrl))
    expect(history.records.map(({ hash }) => hash.toString(16).padStart(64, '0')).sort()).toEqual(
      actions.map(hashOf).sort(),
    )
    expect(firstWrongHeight(history, genesis)).toBeUndefined()
    expect(await testNode.control.pool()).toMatchObject({ size: 0, bytes: 0, oldestEra: null })
  })

  test('makes one block per era, empty or not', async () => {
    await until(() => testNode.node.status().finalHeight === 1)
    for (let height = 2; height <= 6; height++) {
      clock.advance(genesis.eraMs)
      await until(() => testNode.node.status().finalHeight === height)
    }
    const { headers } = await readHistory(openForTest(databaseUrl))
    const first = headers[1]!.era
    expect(headers.slice(1).map(({ era }) => era)).toEqual([0, 1, 2, 3, 4, 5].map((i) => first + i))
    expect(headers.map(({ height }) => height)).toEqual(headers.map((_, i) => i))
  })
})

describe('actions submitted to a node of one validator', () => {
  test('answers a repeated action with its status, and stores its note once', async () => {
    const action = trader.register()
    const [first, second] = await Promise.all([
      submit(testNode.control, action, 'a note'),
      submit(testNode.control, action),
    ])
    expect([first.status, second.status]).toEqual(['ACCEPTED', 'ACCEPTED'])
    clock.resume()
    await until(() => isFinal(hashOf(action)))
    expect(await submit(testNode.control, action)).toEqual({ hash: hashOf(action), status: 'FINAL' })
    const notes = await openForTest(databaseUrl).sql<{ text: string }[]>`SELECT text FROM note`
    expect(notes.map(({ text }) => text)).toEqual(['a note'])
  })

  test('rejects malformed, forged, oversized and invalid actions with their codes, and changes nothing', async () => {
    const good = trader.register()
    const bytes = encodeAction(good)
    const rejection = async (offered: Uint8Array, note?: string) => {
      const { status, rejection } = await testNode.control.submit(offered, note)
      expect(status).toBe('REJECTED')
      return rejection?.code
    }
    expect(await rejection(new Uint8Array())).toBe('MALFORMED')
    expect(await rejection(bytes.subarray(0, -1))).toBe('MALFORMED')
    expect(await rejection(new Uint8Array([...bytes, 0]))).toBe('MALFORMED')
    expect(await rejection(new Uint8Array(40_000))).toBe('TOO_LARGE')
    expect(await rejection(bytes, 'x'.repeat(4097))).toBe('BAD_NOTE')
    expect(await rejection(bytes, 'a\u0000b')).toBe('BAD_NOTE')
    const forged = bytes.slice()
    forged[forged.length - 1]! ^= 1
    expect(await rejection(forged)).toBe('BAD_SIGNATURE')
    const stranger = new Trader({ ...genesis, name: 'another' }, ann)
    expect(await rejection(encodeAction(stranger.register()))).toBe('WRONG_CHAIN')
    expect(await rejection(encodeAction(trader.issue(bob.account, 1n)))).toBe('UNKNOWN_ASSET')
    expect(testNode.node.status().poolSize).toBe(0)
    expect((await submit(testNode.control, good)).status).toBe('ACCEPTED')
  })

  test('shows pending actions in pages by arrival, and the next start of a holding', async () => {
    const actions = [
      trader.register(),
      trader.issue(bob.account, 100n),
      trader.transfer(bob, ann.account, 7n),
    ]
    for (const action of actions) expect((await submit(testNode.control, action)).status).toBe('ACCEPTED')
    const page = await testNode.control.pending(2)
    expect(page.hasMore).toBe(true)
    expect(page.entries.map(({ kind }) => kind)).toEqual(['register', 'issue'])
    expect(page.entries.map(({ bytes }) => bytes)).toEqual(actions.slice(0, 2).map(encodeAction))
    const rest = await testNode.control.pending(2, page.entries.at(-1)!.arrival)
    expect(rest.hasMore).toBe(false)
    expect(rest.entries.map(({ hash }) => hash)).toEqual([hashOf(actions[2]!)])
    const name = { assetId: trader.assetId.toString(16).padStart(64, '0') }
    const accounts = [bob, ann].map(({ account }) => ({
      ...name,
      account: account.toString(16).padStart(64, '0'),
    }))
    expect(await testNode.control.nextStarts(accounts)).toEqual([7n, 0n])
  })
})

describe('a node of one validator that starts again', () => {
  test('resumes after a stop: accepted actions become final with their notes, and views go up', async () => {
    const actions = [
      trader.register(),
      trader.issue(bob.account, 100n),
      trader.transfer(bob, ann.account, 7n),
    ]
    for (const action of actions)
      expect((await submit(testNode.control, action, 'kept')).status).toBe('ACCEPTED')
    const { view, finalHeight } = testNode.node.status()
    await testNode.stop()
    await start()
    clock.resume()
    for (const action of actions) await until(() => isFinal(hashOf(action)))
    expect(testNode.node.status().view).toBeGreaterThan(view)
    expect(testNode.node.status().finalHeight).toBeGreaterThan(finalHeight)
    const notes = await openForTest(databaseUrl).sql<{ text: string }[]>`SELECT text FROM note`
    expect(notes).toHaveLength(3)
    expect(firstWrongHeight(await readHistory(openForTest(databaseUrl)), genesis)).toBeUndefined()
  })

  test('refuses to start twice on a database, or with a key or database of another chain', async () => {
    const other = nodeFolder()
    await expect(startTestNode({ genesis, databaseUrl, ...other })).rejects.toMatchObject({
      code: 'NODE_RUNNING',
    })
    const votingKey = new Uint8Array(32).fill(9)
    await expect(startTestNode({ genesis, databaseUrl, ...other, votingKey })).rejects.toMatchObject({
      code: 'NOT_A_VALIDATOR',
    })
    await testNode.stop()
    await expect(
      startTestNode({ genesis: { ...genesis, name: 'another' }, databaseUrl, ...folder }),
    ).rejects.toMatchObject({
      code: 'OTHER_CHAIN',
    })
    await expect(startTestNode({ genesis, databaseUrl, ...other })).rejects.toMatchObject({
      code: 'SIGNER_LOST',
    })
    other.remove()
    await start()
  })

  test('refuses to start on a database behind what it signed, unless told to accept it', async () => {
    clock.resume()
    await until(() => testNode.node.status().finalHeight >= 2)
    await testNode.stop()
    databaseUrl = await emptyDatabase()
    await expect(startTestNode({ genesis, databaseUrl, ...folder })).rejects.toMatchObject({
      code: 'DATABASE_BEHIND',
    })
    await start({ recover: true })
    await until(() => testNode.node.status().finalHeight >= 1)
  })
})
