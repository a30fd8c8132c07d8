import { afterEach, beforeEach, expect, test } from 'vitest'
import { chainNow, nodeFolder, startTestNode } from '../../support/node/test-node.ts'
import { until } from '../../support/shared/until.ts'
import { emptyDatabase, openForTest } from '../../support/storage/postgres.ts'
import { proxyTo, type TestProxy } from '../../support/storage/proxy.ts'

const patience = { silenceMs: 500, probeMs: 1_000, graceMs: 500 }
let folder: ReturnType<typeof nodeFolder>
let direct: string
let proxy: TestProxy

beforeEach(async () => {
  folder = nodeFolder()
  direct = await emptyDatabase()
  proxy = await proxyTo(direct)
})
afterEach(async () => {
  await proxy.close()
  folder.remove()
})

test('a node whose database vanishes without a word says PAUSED, and goes on once it is back', async () => {
  const running = await startTestNode({ genesis: chainNow(), databaseUrl: proxy.url, patience, ...folder })
  const { node, fatal } = running
  await until(() => node.status().finalHeight > 1)
  proxy.vanish()
  await until(() => node.status().state === 'PAUSED')
  const { finalHeight } = node.status()
  proxy.comeBack()
  await until(() => node.status().state === 'READY' && node.status().finalHeight > finalHeight)
  await running.stop()
  expect(fatal).toEqual([])
})

test('a node that has nothing to write notices too, and when another node takes its database', async () => {
  // The first era is due in an hour.
  const genesis = chainNow({ startTime: Date.now() + 3_600_000, skewMs: 200 })
  const running = await startTestNode({ genesis, databaseUrl: proxy.url, patience, ...folder })
  const { node, fatal } = running
  expect(node.status().state).toBe('READY')
  proxy.vanish()
  await until(() => node.status().state === 'PAUSED')
  const { sql: other } = openForTest(direct, 1)
  await other`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = 7236412`
  await until(async () => (await other`SELECT pg_try_advisory_lock(7236412) AS held`)[0]!.held)
  proxy.comeBack()
  await until(() => fatal.length > 0)
  expect(fatal).toMatchObject([{ code: 'NODE_RUNNING' }])
  await running.stop()
})
