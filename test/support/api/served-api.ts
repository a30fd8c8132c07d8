import { type ApiOptions, type RunningApi, startApi } from '../../../src/api/start.ts'
import type { Genesis } from '../../../src/ledger/genesis.ts'
import type { Database } from '../../../src/storage/database.ts'
import { openLog } from '../../../src/telemetry/log.ts'
import { poseidon } from '../crypto/poseidon.ts'
import { idleNode } from '../node/idle-node.ts'

/** Serves a chain's database on a free port of this machine, beside a node that does nothing. `rest` overrides options. */
export function serveApi(
  database: Database,
  genesis: Genesis,
  rest: Partial<ApiOptions> = {},
): Promise<RunningApi> {
  return startApi({
    database,
    genesis,
    poseidon,
    control: idleNode('00'.repeat(32)),
    host: '127.0.0.1',
    port: 0,
    version: '0.0.0-test',
    log: openLog('api', 'silent'),
    ...rest,
  })
}
