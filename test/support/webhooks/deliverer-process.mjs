// A deliverer in its own process, for tests that kill it. Its arguments are the URL of the database and the genesis as JSON.
import { parseGenesis } from '../../../dist/ledger/genesis.js'
import { openDatabase } from '../../../dist/storage/database.js'
import { openLog } from '../../../dist/telemetry/log.js'
import { startDeliverer } from '../../../dist/webhooks/deliverer.js'

const [, , url, genesis] = process.argv
await startDeliverer({
  database: openDatabase(url, { max: 1 }),
  session: openDatabase(url, { max: 1 }),
  genesis: parseGenesis(JSON.parse(genesis)),
  log: openLog('webhooks', 'silent'),
  version: 'test',
})
process.on('disconnect', () => process.exit(1))
