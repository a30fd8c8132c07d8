// A node in its own process, for tests that kill it and benchmarks that load it. Its only argument is its options as JSON, in which `genesis` may
// be the path of a file. Sends its parent a message when it is ready, and answers each message with what the main thread holds in memory.
import { readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parseGenesis } from '../../../dist/ledger/genesis.js'
import { startNode } from '../../../dist/node/start-node.js'
import { openLog } from '../../../dist/telemetry/log.js'

const { genesis, votingKey, logKey, network, ...options } = JSON.parse(process.argv[2])
const key = (hex) => (hex === undefined ? undefined : Buffer.from(hex, 'hex'))
const fail = (error) => {
  console.error(error)
  process.exit(1)
}
const node = await startNode({
  ...options,
  genesis: parseGenesis(typeof genesis === 'string' ? JSON.parse(readFileSync(genesis, 'utf8')) : genesis),
  votingKey: key(votingKey),
  logKey: key(logKey),
  network: network && { ...network, transportKey: key(network.transportKey) },
  log: openLog('node', process.env.TEST_LOG ?? 'warn'),
  version: 'test',
  onFatal: fail,
}).catch(fail)
process.on('SIGTERM', () => node.stop().then(() => process.exit(0), fail))
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')
process.on('message', async () => {
  collect()
  // What the first collection finalized is free after the second one.
  await setImmediate()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  process.send({ liveBytes: heapUsed + external })
})
process.on('disconnect', () => process.exit(1))
process.send('ready')
