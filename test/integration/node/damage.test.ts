import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeAction } from '../../../src/ledger/action-codec.ts'
import { hashAction } from '../../../src/ledger/action-hash.ts'
import type { Genesis } from '../../../src/ledger/genesis.ts'
import { storedBlocks } from '../../../src/node/peers/stored-blocks.ts'
import { toField } from '../../../src/storage/columns.ts'
import { currentHeight } from '../../../src/storage/heights.ts'
import { insertPoolEntries } from '../../../src/storage/pool-store.ts'
import { readFinalBlock, readFinalBlocks } from '../../../src/storage/reads/final-blocks.ts'
import { openLog } from '../../../src/telemetry/log.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'
import { chainNow, nodeFolder, startTestNode, type TestNode, Trader } from '../../support/node/test-node.ts'
import { until } from '../../support/shared/until.ts'
import { copyOf, emptyDatabase, openForTest } from '../../support/storage/postgres.ts'

const folder = nodeFolder()
const [ann, bob, cat] = [eddsaKey('ann'), eddsaKey('bob'), eddsaKey('cat')]
let genesis: Genesis
let trader: Trader
let url: string

/** Waits until what waits is final, and two blocks more, so that all trees are stored. */
async function settled({ node }: TestNode): Promise<void> {
  await until(() => node.status().poolSize === 0)
  const { finalHeight } = node.status()
  await until(() => node.status().finalHeight > finalHeight + 1)
}

beforeAll(async () => {
  url = await emptyDatabase()
  genesis = chainNow({ batchSize: 4, eraMs: 100 })
  const running = await startTestNode({ genesis, databaseUrl: url, ...folder })
  trader = new Trader(genesis, ann)
  for (const make of [
    () => trader.register(),
    () => trader.issue(ann.account, 100n),
    () => trader.transfer(ann, bob.account, 30n),
    () => trader.transfer(bob, cat.account, 3n),
  ])
    await trader.send(running.control, make)
  // Fills the rest of the batch, so that the node computes nothing at its start from the holdings above.
  for (let i = 2; i < 7; i++) {
    const filler = new Trader(genesis, ann, `LOT-${i}`)
    await filler.send(running.control, () => filler.register())
  }
  await settled(running)
  await running.stop()
})
afterAll(() => folder.remove())

const FLIP = 'hash = set_byte(hash, 31, get_byte(hash, 31) # 1)'

/** Damage that no root shows when the node starts: holdings 1 (ann) and 2 (bob) are used later. */
const DAMAGE: readonly [table: string, set: string, where: string, line: RegExp][] = [
  ['holding', 'in_total = in_total + 8', 'id = 2', /holding 2 is not the one in the state tree/],
  ['state_node', FLIP, 'level = 0 AND index = 3', /node 1\/0 of the state tree/],
  ['state_node', FLIP, 'level = 1 AND index = 0', /node 2\/0 of the state tree/],
  [
    'block',
    'header = set_byte(header, 200, get_byte(header, 200) # 1)',
    'height = (SELECT max(height) FROM block)',
    /the header of block \d+ has another hash/,
  ],
]

test.each(DAMAGE)(
  'a node ends with the first block that uses damaged rows of %s: %s where %s',
  async (table, set, where, line) => {
    const copy = await copyOf(url)
    const database = openForTest(copy, 1)
    await database.sql.unsafe(`SET session_replication_role = replica`)
    expect((await database.sql.unsafe(`UPDATE ${table} SET ${set} WHERE ${where}`)).count).toBe(1)
    const before = await currentHeight(database)
    const error = await ending(copy)
    expect(error).toMatchObject({
      code: 'DATABASE_DAMAGED',
      retry: false,
      message: expect.stringMatching(line),
    })
    // The first block after the start that has records uses the rows, and none follows it.
    const [{ used }] = await database.sql<[{ used: number }]>`
    SELECT count(*)::int AS used FROM block WHERE height > ${before} AND (record_count > 0 OR EXISTS
      (SELECT FROM block AS b WHERE b.height < block.height AND b.height > ${before} AND b.record_count > 0))`
    expect(used).toBeLessThanOrEqual(1)
  },
)

/** Starts a node on a database, lets a transfer use holdings 1 and 2, and waits until it ends. */
async function ending(databaseUrl: string): Promise<unknown> {
  const own = nodeFolder()
  try {
    const running = await startTestNode({ genesis, databaseUrl, ...own, recover: true })
    const other = new Trader(genesis, ann)
    for (const [account, start] of trader.starts) other.starts.set(account, start)
    await other.send(running.control, () => other.transfer(bob, ann.account, 2n)).catch(() => {})
    await until(() => running.fatal.length > 0)
    await running.stop()
    return running.fatal[0]
  } catch (error) {
    return error
  } finally {
    own.remove()
  }
}

test.each([
  [
    'transfer',
    'amount = amount + 1',
    'position = (SELECT min(position) FROM transfer WHERE kind = 2)',
    /has a body with another hash/,
  ],
  ['asset', "definition = replace(definition, '{', '')", 'id = 0', /cannot be read/],
])(
  'a block that rests on damaged rows of %s is not sent to peers, and those below it are',
  async (table, set, where, line) => {
    const database = openForTest(await copyOf(url), 1)
    const stored = storedBlocks(
      { block: (hash) => readFinalBlock(database, hash), blocks: (page) => readFinalBlocks(database, page) },
      genesis,
    )
    const whole = await stored.from(1, 100)
    const height = await currentHeight(database)
    await database.sql.unsafe(`SET session_replication_role = replica`)
    await database.sql.unsafe(`UPDATE ${table} SET ${set} WHERE ${where}`)
    const [{ at }] = await database.sql<[{ at: number }]>`
    SELECT min(height)::int AS at FROM transfer WHERE kind = ${table === 'asset' ? 0 : 2}`
    for (let from = Math.max(1, at - 3); from < at; from++)
      expect((await stored.from(from, 2)).length).toBeGreaterThan(0)
    const damaged = { code: 'DATABASE_DAMAGED', message: expect.stringMatching(line) }
    await expect(stored.from(at, 2)).rejects.toMatchObject(damaged)
    expect((await stored.from(at + 1, height)).length).toBeGreaterThan(0)
    if (table === 'transfer') await expect(stored.byHash(whole[at - 1]!.hash)).rejects.toMatchObject(damaged)
  },
)

const flip = (column: string) => `${column} = set_byte(${column}, 20, get_byte(${column}, 20) # 1)`

test('a node drops waiting actions that are not what it stored, and says so; the others become final', async () => {
  const copy = await copyOf(url)
  const database = openForTest(copy, 1)
  const damage = [flip('bytes'), flip('hash'), flip('digest'), "note = 'Fond'"]
  const entries = [...damage, 'whole'].map((_, i) => {
    const action = new Trader(genesis, ann, `WAITS-${i}`).register()
    return { hash: hashAction(poseidon, action).hash, bytes: encodeAction(action), note: 'Pond' }
  })
  await insertPoolEntries(database, entries)
  const rows = await database.sql<{ arrival: number }[]>`SELECT arrival FROM pool ORDER BY arrival`
  for (const [i, set] of damage.entries())
    await database.sql.unsafe(`UPDATE pool SET ${set} WHERE arrival = ${rows[i]!.arrival}`)
  const damaged: unknown[] = []
  const own = nodeFolder()
  const log = openLog('node', 'silent')
  log.warn = (...[fields, line]: unknown[]) => damaged.push([(fields as { hash: string }).hash, line])
  const running = await startTestNode({ genesis, databaseUrl: copy, ...own, recover: true, log })
  await settled(running)
  await running.stop()
  own.remove()
  const stored = await database.sql<{ hash: Uint8Array }[]>`SELECT hash FROM transfer`
  const isFinal = entries.map(({ hash }) => stored.some((row) => toField(row.hash) === hash))
  expect(isFinal).toEqual([false, false, false, false, true])
  const line = expect.stringMatching(/waiting action dropped/)
  expect(damaged).toEqual(damage.map(() => [expect.stringMatching(/^[0-9a-f]{64}$/), line]))
})
