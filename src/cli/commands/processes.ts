import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { startApi } from '../../api/start.ts'
import { dataPath, pathsIn } from '../../config/data-directory.ts'
import { Failure } from '../../config/failure.ts'
import { connectControl } from '../../control/client.ts'
import { readPeers } from '../../network/peers-file.ts'
import { startNode } from '../../node/start-node.ts'
import { proverRoutes } from '../../proofs/http.ts'
import { ProofQueue } from '../../proofs/proof-queue.ts'
import { openDatabase } from '../../storage/database.ts'
import { migrateDatabase } from '../../storage/migrate.ts'
import { openLog } from '../../telemetry/log.ts'
import { readGenesis } from '../files/genesis-file.ts'
import { nameLookup } from '../files/names.ts'
import { readValidatorKeys } from '../files/validator.ts'
import {
  type DataOptions,
  dataOption,
  type PassphraseOptions,
  passphraseIn,
  passphraseOption,
  RECOVER,
  wholeNumber,
} from '../options.ts'
import { print } from '../output.ts'
import { tellParent } from '../up/child.ts'
import { runPart } from '../up/run-child.ts'
import { VERSION } from '../version.ts'
import { readTokens } from './prover.ts'

/** Connections the api keeps: they share Postgres with the node. */
const API_CONNECTIONS = 10

interface NodeCommandOptions extends DataOptions, PassphraseOptions {
  recover?: boolean
  observer?: boolean
}

export function addProcesses(program: Command): void {
  program
    .command('node')
    .description('run a node alone: consensus, pool and ledger (ictl up runs all parts)')
    .option('--recover', RECOVER)
    .option('--observer', 'follow and serve the chain without voting')
    .addOption(passphraseOption())
    .addOption(dataOption())
    .action(({ data, recover = false, observer = false, passphraseFile }: NodeCommandOptions) =>
      runPart(async (fatal) => {
        const paths = pathsIn(dataPath(data))
        const genesis = readGenesis(paths.genesis)
        const keys = readValidatorKeys(paths.node, passphraseIn(passphraseFile))
        const isAlone = genesis.validators.length === 1 && !observer && !existsSync(paths.peers)
        const node = await startNode({
          genesis,
          databaseUrl: databaseUrl(),
          dir: paths.node,
          controlPath: paths.controlSocket,
          votingKey: observer ? undefined : keys.voting,
          network: isAlone ? undefined : { transportKey: keys.transport, ...readPeers(paths.peers, genesis) },
          log: openLog('node'),
          version: VERSION,
          recover,
          onFatal: fatal,
        })
        tellParent({ type: 'ready' })
        return () => node.stop()
      }),
    )

  program
    .command('api')
    .description('run an api alone: GraphQL over the database of a node')
    .option('--host <address>', 'interface to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on', wholeNumber(0, 65_535), 4000)
    .addOption(dataOption())
    .action(({ data, host, port }: DataOptions & { host: string; port: number }) =>
      runPart(async () => {
        const paths = pathsIn(dataPath(data))
        const database = openDatabase(databaseUrl(), {
          genericPlans: true,
          max: API_CONNECTIONS,
          applicationName: 'inpigritas-api',
        })
        const control = connectControl(paths.controlSocket)
        const genesis = readGenesis(paths.genesis)
        const queue = existsSync(paths.proverToken) ? ProofQueue.open(database, genesis) : undefined
        const api = await startApi({
          database,
          control,
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
          await database.close()
        }
      }),
    )

  program
    .command('migrate')
    .description('bring the schema of DATABASE_URL up to date')
    .action(async () => {
      const database = openDatabase(databaseUrl(), { max: 2 })
      try {
        await migrateDatabase(database)
        print('the schema is up to date')
      } finally {
        await database.close()
      }
    })
}

function databaseUrl(): string {
  const url = process.env.DATABASE_URL
  if (url !== undefined && url !== '') return url
  throw new Failure('NO_DATABASE_URL', 'DATABASE_URL is not set', {
    hint: 'name a Postgres in it, or start everything with ictl up, which brings its own',
  })
}
