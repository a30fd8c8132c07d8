import { readFileSync } from 'node:fs'
import { parseJson } from '../../../src/codec/canonical-json.ts'
import { poseidonWasm } from '../../../src/crypto/poseidon-wasm.ts'
import { parseGenesis } from '../../../src/ledger/genesis.ts'
import { openLog } from '../../../src/telemetry/log.ts'
import { idleNode } from '../../support/node/idle-node.ts'

/** The built code: what runs sources adds a call to each function that a request makes. */
const built = <T>(path: string): Promise<T> => import(new URL(`../../../dist/${path}`, import.meta.url).href)
const { startApi } = await built<typeof import('../../../src/api/start.ts')>('api/start.js')
const { openDatabase } = await built<typeof import('../../../src/storage/database.ts')>('storage/database.js')

/**
 * An api in a process of its own, as users run it, but for its node; ends with its parent. Arguments: database URL, path of the genesis. It
 * sends its URL, and answers each message with the microseconds of CPU that it has used.
 */
const [databaseUrl = '', genesisPath = ''] = process.argv.slice(2)
const { url } = await startApi({
  database: openDatabase(databaseUrl, { genericPlans: true }),
  control: idleNode('00'.repeat(32)),
  poseidon: poseidonWasm(),
  genesis: parseGenesis(parseJson(readFileSync(genesisPath, 'utf8'), 2 ** 28)),
  host: '127.0.0.1',
  port: 0,
  log: openLog('bench', 'error'),
  version: 'bench',
  // One address stands for many clients here: what is measured is the work, not the share that a client gets.
  limits: {
    bucket: 1e9,
    refillPerSecond: 1e9,
    executions: { running: 64, runningPerClient: 64, waiting: 512, waitingPerClient: 512 },
  },
})
process.once('disconnect', () => process.exit(0))
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.(user + system)
})
process.send?.(url)
