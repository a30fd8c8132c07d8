// A node in a process of its own, to be killed by tests. One argument: its options as JSON. Tells its parent once it is ready.
import { parseGenesis } from '../../dist/ledger/genesis.js'
import { startNode } from '../../dist/node/start-node.js'
import { openLog } from '../../dist/telemetry/log.js'

const { genesis, votingKey, ...options } = JSON.parse(process.argv[2])
const fail = (error) => {
  console.error(error)
  process.exit(1)
}
const node = await startNode({
  ...options,
  genesis: parseGenesis(genesis),
  votingKey: Buffer.from(votingKey, 'hex'),
  log: openLog('node', process.env.TEST_LOG ?? 'warn'),
  version: 'test',
  onFatal: fail,
}).catch(fail)
process.on('SIGTERM', () => node.stop().then(() => process.exit(0), fail))
process.on('disconnect', () => process.exit(1))
process.send('ready')
