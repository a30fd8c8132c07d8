// A node in its own process, for tests that kill it and benchmarks that load it. Its only argument is its options as JSON, in which `genesis` may
// be the path of a file. Sends its parent a message when it is ready.
import { readFileSync } from 'node:fs'
import { parseGenesis } from '../../../dist/ledger/genesis.js'
import { startNode } from '../../../dist/node/start-node.js'
import { openLog } from '../../../dist/telemetry/log.js'

const { genesis, votingKey, network, ...options } = JSON.parse(process.argv[2])
const key = (hex) => (hex === undefined ? undefined : Buffer.from(hex, 'hex'))
const fail = (error) => {
  console.error(error)
  process.exit(1)
}
const node = await startNode({
  ...options,
  genesis: parseGenesis(typeof genesis === 'string' ? JSON.parse(readFileSync(genesis, 'utf8')) : genesis),
  votingKey: key(votingKey),
  network: network && { ...network, transportKey: key(network.transportKey) },
  log: openLog('node', process.env.TEST_LOG ?? 'warn'),
  version: 'test',
  onFatal: fail,
}).catch(fail)
process.on('SIGTERM', () => node.stop().then(() => process.exit(0), fail))
process.on('disconnect', () => process.exit(1))
process.send('ready')
