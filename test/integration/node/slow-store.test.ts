import { expect, test } from 'vitest'
import { MAX_WAITING } from '../../../src/consensus/replica.ts'
import { rsaKey } from '../../support/ledger/ledger-world.ts'
import {
  chainNow,
  firstWrongHeight,
  hashOf,
  nodeFolder,
  readHistory,
  startTestNode,
  Trader,
} from '../../support/node/test-node.ts'
import { until } from '../../support/shared/until.ts'
import { emptyDatabase, openForTest } from '../../support/storage/postgres.ts'

/** Blocks above the last stored one when no more are added: one may have followed before the last of them was final. */
const MOST = MAX_WAITING + 1
/** Eras that pass meanwhile. */
const ERAS = 10

test('a node whose blocks cannot be stored makes 32, then none, and goes on where it stood once they can be', async () => {
  const genesis = chainNow({ eraMs: 50 })
  const databaseUrl = await emptyDatabase()
  const folder = nodeFolder()
  const { node, control, fatal, stop } = await startTestNode({ genesis, databaseUrl, ...folder })
  await until(() => node.status().finalHeight >= 2)
  const database = openForTest(databaseUrl)
  let stored = 0
  let stoodEra = 0
  const trader = new Trader(genesis, rsaKey())
  const action = await database.sql.begin(async (tx) => {
    await tx`LOCK TABLE block IN EXCLUSIVE MODE`
    const [row] = await tx<[{ height: number }]>`SELECT max(height) AS height FROM block`
    stored = row.height
    await until(() => node.status().height >= stored + MAX_WAITING)
    stoodEra = node.status().era
    // Votes and actions are still stored.
    const sent = await trader.send(control, () => trader.register())
    await until(() => node.status().era >= stoodEra + ERAS)
    expect(node.status().finalHeight).toBe(stored)
    expect(node.status().height).toBeLessThanOrEqual(stored + MOST)
    return sent
  })
  await until(async () => (await control.submission(hashOf(action)))?.status === 'FINAL')
  await until(() => node.status().height - node.status().finalHeight <= 1)
  await stop()
  const history = await readHistory(database)
  expect(history.headers[stored + MOST + 1]!.era).toBeGreaterThanOrEqual(stoodEra + ERAS)
  expect(firstWrongHeight(history, genesis)).toBeUndefined()
  expect(fatal).toEqual([])
  folder.remove()
})
