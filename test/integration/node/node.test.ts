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

describe('a node of one validator', () => {
  let genesis: Genesis
  let databaseUrl: string
  let folder: ReturnType<typeof nodeFolder>
  let running: TestNode
  let trader: Trader
  /** Stands still until a test lets blocks be made. */
  let clock: TestClock

  const start = async (options = {}) => {
    running = await startTestNode({ genesis, databaseUrl, ...folder, now: clock.now, ...options })
  }
  const isFinal = async (hash: string) => (await running.control.submission(hash))?.status === 'FINAL'

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
    await running.stop()
    expect(running.fatal).toEqual([])
    folder.remove()
  })

  test('takes a chain of actions sent at once, makes them final in order, and every header has the roots of a replay', async () => {
    const actions = [
      trader.register(),
      trader.issue(ann.account, 500n),
      trader.issue(bob.account, 500n),
      ...Array.from({ length: 20 }, (_, i) =>
        trader.transfer(i % 2 ? ann : bob, i % 2 ? bob.account : ann.account, 5n),
      ),
    ]
    const replies = await Promise.all(actions.map((action) => submit(running.control, action)))
    expect(replies.map(({ status }) => status)).toEqual(actions.map(() => 'ACCEPTED'))
    expect(replies.map(({ hash }) => hash)).toEqual(actions.map(hashOf))
    clock.resume()
    for (const action of actions) await until(() => isFinal(hashOf(action)))
    const { finalHeight } = running.node.status()
    await until(() => running.node.status().finalHeight >= finalHeight + 2)
    const history = await readHistory(openForTest(databaseUrl))
    expect(history.records.map(({ hash }) => hash.toString(16).padStart(64, '0')).sort()).toEqual(
      actions.map(hashOf).sort(),
    )
    expect(firstWrongHeight(history, genesis)).toBeUndefined()
    expect(await running.control.pool()).toMatchObject({ size: 0, bytes: 0, oldestEra: null })
  })

  test('makes a block every era, empty or not', async () => {
    await until(() => running.node.status().finalHeight === 1)
    for (let height = 2; height <= 6; height++) {
      clock.advance(genesis.eraMs)
      await until(() => running.node.status().finalHeight === height)
    }
    const { headers } = await readHistory(openForTest(databaseUrl))
    const first = headers[1]!.era
    expect(headers.slice(1).map(({ era }) => era)).toEqual([0, 1, 2, 3, 4, 5].map((i) => first + i))
    expect(headers.map(({ height }) => height)).toEqual(headers.map((_, i) => i))
  })

  test('answers the same action again as accepted, and later as final, with its note once', async () => {
    const action = trader.register()
    const [first, second] = await Promise.all([
      submit(running.control, action, 'a note'),
      submit(running.control, action),
    ])
    expect([first.status, second.status]).toEqual(['ACCEPTED', 'ACCEPTED'])
    clock.resume()
    await until(() => isFinal(hashOf(action)))
    expect(await submit(running.control, action)).toEqual({ hash: hashOf(action), status: 'FINAL' })
    const notes = await openForTest(databaseUrl).sql<{ text: string }[]>`SELECT text FROM note`
    expect(notes.map(({ text }) => text)).toEqual(['a note'])
  })

  test('rejects what is malformed, forged, oversized or against a rule, each with its code, and nothing changes', async () => {
    const good = trader.register()
    const bytes = encodeAction(good)
    const rejection = async (offered: Uint8Array, note?: string) => {
      const { status, rejection } = await running.control.submit(offered, note)
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
    expect(running.node.status().poolSize).toBe(0)
    expect((await submit(running.control, good)).status).toBe('ACCEPTED')
  })

  test('after a stop goes on where it was: accepted actions become final, notes included, views go up', async () => {
    const actions = [
      trader.register(),
      trader.issue(bob.account, 100n),
      trader.transfer(bob, ann.account, 7n),
    ]
    for (const action of actions)
      expect((await submit(running.control, action, 'kept')).status).toBe('ACCEPTED')
    const { view, finalHeight } = running.node.status()
    await running.stop()
    await start()
    clock.resume()
    for (const action of actions) await until(() => isFinal(hashOf(action)))
    expect(running.node.status().view).toBeGreaterThan(view)
    expect(running.node.status().finalHeight).toBeGreaterThan(finalHeight)
    const notes = await openForTest(databaseUrl).sql<{ text: string }[]>`SELECT text FROM note`
    expect(notes).toHaveLength(3)
    expect(firstWrongHeight(await readHistory(openForTest(databaseUrl)), genesis)).toBeUndefined()
  })

  test('shows what waits in pages of arrival, and where a holding goes on', async () => {
    const actions = [
      trader.register(),
      trader.issue(bob.account, 100n),
      trader.transfer(bob, ann.account, 7n),
    ]
    for (const action of actions) expect((await submit(running.control, action)).status).toBe('ACCEPTED')
    const page = await running.control.pending(2)
    expect(page.hasMore).toBe(true)
    expect(page.entries.map(({ kind }) => kind)).toEqual(['register', 'issue'])
    expect(page.entries.map(({ bytes }) => bytes)).toEqual(actions.slice(0, 2).map(encodeAction))
    const rest = await running.control.pending(2, page.entries.at(-1)!.arrival)
    expect(rest.hasMore).toBe(false)
    expect(rest.entries.map(({ hash }) => hash)).toEqual([hashOf(actions[2]!)])
    const name = { assetId: trader.assetId.toString(16).padStart(64, '0') }
    const accounts = [bob, ann].map(({ account }) => ({
      ...name,
      account: account.toString(16).padStart(64, '0'),
    }))
    expect(await running.control.nextStarts(accounts)).toEqual([7n, 0n])
  })

  test('keeps a second node off its database, and its key from another chain', async () => {
    const other = nodeFolder()
    await expect(startTestNode({ genesis, databaseUrl, ...other })).rejects.toMatchObject({
      code: 'NODE_RUNNING',
    })
    const votingKey = new Uint8Array(32).fill(9)
    await expect(startTestNode({ genesis, databaseUrl, ...other, votingKey })).rejects.toMatchObject({
      code: 'NOT_A_VALIDATOR',
    })
    await running.stop()
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

  test('rejects a database that is behind what it signed, unless told to take it as it is', async () => {
    clock.resume()
    await until(() => running.node.status().finalHeight >= 2)
    await running.stop()
    databaseUrl = await emptyDatabase()
    await expect(startTestNode({ genesis, databaseUrl, ...folder })).rejects.toMatchObject({
      code: 'DATABASE_BEHIND',
    })
    await start({ recover: true })
    await until(() => running.node.status().finalHeight >= 1)
  })
})
