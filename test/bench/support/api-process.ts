import { readFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parseJson } from '../../../src/codec/canonical-json.ts'
import { poseidonWasm } from '../../../src/crypto/poseidon-wasm.ts'
import { parseGenesis } from '../../../src/ledger/genesis.ts'
import { openLog } from '../../../src/telemetry/log.ts'
import { idleNode } from '../../support/node/idle-node.ts'
import type { ApiUsage } from './api-usage.ts'

/** The built code: what runs sources adds a call to each function that a request makes. */
const built = <T>(path: string): Promise<T> => import(new URL(`../../../dist/${path}`, import.meta.url).href)
const { startApi } = await built<typeof import('../../../src/api/start.ts')>('api/start.js')
const { openDatabase } = await built<typeof import('../../../src/storage/database.ts')>('storage/database.js')

/**
 * An api in a process of its own, as users run it, but for its node; ends with its parent. Arguments: database URL, path of the genesis, and
 * `limited` if clients shall have the budgets that they have by default. It sends its URL; it answers the message `usage` with an ApiUsage,
 * `heap` with the bytes of its heap once garbage is collected, and any other with the microseconds of CPU that it has used.
 */
const [databaseUrl = '', genesisPath = '', limited] = process.argv.slice(2)
/** Milliseconds between two looks at the event loop. */
const RESOLUTION_MS = 5
/** One address stands for many clients here: what is measured is the work, not the share that a client gets. */
const UNLIMITED = {
  bucket: 1e9,
  refillPerSecond: 1e9,
  executions: { running: 64, runningPerClient: 64, waiting: 512, waitingPerClient: 512 },
}
const { url } = await startApi({
  database: openDatabase(databaseUrl, { genericPlans: true, max: 10, statementMs: 15_000 }),
  control: idleNode('00'.repeat(32)),
  poseidon: poseidonWasm(),
  genesis: parseGenesis(parseJson(readFileSync(genesisPath, 'utf8'), 2 ** 28)),
  host: '127.0.0.1',
  port: 0,
  log: openLog('bench', 'error'),
  version: 'bench',
  limits: limited === 'limited' ? {} : UNLIMITED,
})
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
delay.enable()
process.once('disconnect', () => process.exit(0))
process.on('message', (message) => {
  if (message === 'usage') {
    const longestBlockMs = Math.max(0, delay.max / 1e6 - RESOLUTION_MS)
    delay.reset()
    process.send?.({ memory: process.memoryUsage.rss(), longestBlockMs } satisfies ApiUsage)
    return
  }
  if (message === 'heap') {
    setFlagsFromString('--expose-gc')
    runInNewContext('gc')()
    const { heapUsed, external } = process.memoryUsage()
    process.send?.(heapUsed + external)
    return
  }
  const { user, system } = process.cpuUsage()
  process.send?.(user + system)
})
process.send?.(url)
