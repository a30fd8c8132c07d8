import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { startApi } from '../../api/start.ts'
import { dataPath, pathsIn } from '../../config/data-directory.ts'
import { databaseUrl, replicaUrl } from '../../config/database-url.ts'
import { connectControl } from '../../control/client.ts'
import { poseidonWasm } from '../../crypto/poseidon-wasm.ts'
import { proverRoutes } from '../../proofs/http.ts'
import { ProofQueue } from '../../proofs/proof-queue.ts'
import { openDatabase } from '../../storage/database.ts'
import { openLog } from '../../telemetry/log.ts'
import { readGenesis } from '../files/genesis-file.ts'
import { nameLookup } from '../files/names.ts'
import { readTokens } from '../files/tokens.ts'
import { type DataOptions, dataOption, wholeNumber } from '../options.ts'
import { tellParent } from '../up/child.ts'
import { runPart } from '../up/run-child.ts'
import { VERSION } from '../version.ts'

/** The number of connections is limited because the api shares Postgres with the node. A statement may take longer than a query, but not much. */
const DATABASE = { genericPlans: true, max: 10, applicationName: 'inpigritas-api', statementMs: 15_000 }

export function addApi(program: Command): void {
  program
    .command('api')
    .description('run only an api: GraphQL over the database of a node')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on', wholeNumber(0, 65_535), 4000)
    .addOption(dataOption())
    .action(({ data, host, port }: DataOptions & { host: string; port: number }) =>
      runPart(async () => {
        const paths = pathsIn(dataPath(data))
        const database = openDatabase(databaseUrl(), DATABASE)
        const replicaAt = replicaUrl()
        const replica = replicaAt === undefined ? undefined : openDatabase(replicaAt, DATABASE)
        const control = connectControl(paths.controlSocket)
        const genesis = readGenesis(paths.genesis)
        const poseidon = poseidonWasm()
        const queue = existsSync(paths.proverToken) ? ProofQueue.open(database, poseidon, genesis) : undefined
        const api = await startApi({
          database,
          replica,
          control,
          poseidon,
          genesis,
          routes: queue === undefined ? [] : [proverRoutes(queue, readTokens(paths), openLog('api'))],
          host,
          port,
          log: openLog('api'),
          version: VERSION,
          nameOf: nameLookup(paths.root),
        })
        tellParent({ type: 'ready', url: api.url })
        return async () => {
          await api.stop()
          control.close()
          await replica?.close()
          await database.close()
        }
      }),
    )
}
