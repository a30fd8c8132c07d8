import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { readCircuitFolder } from '../../api/http/circuit-folder.ts'
import type { ProverModel } from '../../api/request/services.ts'
import { startApi } from '../../api/start.ts'
import type { Json } from '../../codec/canonical-json.ts'
import { dataPath, pathsIn } from '../../config/data-directory.ts'
import { databaseUrl, replicaUrl } from '../../config/database-url.ts'
import { Failure } from '../../config/failure.ts'
import { connectControl } from '../../control/client.ts'
import { poseidonWasm } from '../../crypto/poseidon-wasm.ts'
import { parseProxies } from '../../http/client-address.ts'
import type { Genesis } from '../../ledger/genesis.ts'
import { proverRoutes } from '../../proofs/http.ts'
import { ProofQueue } from '../../proofs/proof-queue.ts'
import type { ProverStatus } from '../../proofs/wire.ts'
import { verificationKeyOf } from '../../setup/chain-key.ts'
import { openDatabase } from '../../storage/database.ts'
import { openLog } from '../../telemetry/log.ts'
import { tracerOf } from '../../telemetry/tracing.ts'
import { type Deliverer, startDeliverer } from '../../webhooks/deliverer.ts'
import { webhookRoutes } from '../../webhooks/operator.ts'
import { readGenesis } from '../files/genesis-file.ts'
import { nameLookup } from '../files/names.ts'
import { readOperatorToken, readTokens } from '../files/tokens.ts'
import { readTrustedDocuments } from '../files/trusted-documents.ts'
import { addHttpOptions, type HttpOptions } from '../http-options.ts'
import { type DataOptions, dataOption, wholeNumber } from '../options.ts'
import { tellParent } from '../up/child.ts'
import { runPart } from '../up/run-child.ts'
import { VERSION } from '../version.ts'

/** The number of connections is limited because the api shares Postgres with the node. A statement may take longer than a query, but not much. */
const DATABASE = { genericPlans: true, max: 10, applicationName: 'inpigritas-api', statementMs: 15_000 }
/** Maximum number of connections over which webhooks are read; one more holds their locks, and one listens for blocks. */
const WEBHOOK_CONNECTIONS = 1

interface ApiCommandOptions extends DataOptions, HttpOptions {
  host: string
  port: number
  webhooks: boolean
}

export function addApi(program: Command): void {
  const command = program
    .command('api')
    .description('run only an api: GraphQL over the database of a node')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on', wholeNumber(0, 65_535), 4000)
    .option('--no-webhooks', 'leave the delivery of webhooks to other apis of this database')
  addHttpOptions(command)
    .addOption(dataOption())
    .action((options: ApiCommandOptions) =>
      runPart(async () => {
        const { data, host, port, webhooks, notice, trustedProxies } = options
        const { explorer, graphiql, introspection } = options
        const circuits = options.circuits === undefined ? undefined : readCircuitFolder(options.circuits)
        const log = openLog('api')
        const trusted = readTrustedDocuments(options)
        const paths = pathsIn(dataPath(data))
        const database = openDatabase(databaseUrl(), DATABASE)
        const replicaAt = replicaUrl()
        const replica = replicaAt === undefined ? undefined : openDatabase(replicaAt, DATABASE)
        const tracer = tracerOf(process.env, 'inpigritas-api', (err) => log.warn({ err }, 'traces are lost'))
        const control = connectControl(paths.controlSocket)
        const genesis = readGenesis(paths.genesis)
        const poseidon = poseidonWasm()
        const queue = existsSync(paths.proverToken) ? ProofQueue.open(database, poseidon, genesis) : undefined
        const deliverer = webhooks ? await deliverWebhooks(genesis) : undefined
        const routes = existsSync(paths.operatorToken)
          ? [
              webhookRoutes(database, {
                token: readOperatorToken({ data: paths.root }),
                log,
                onChange: () => deliverer?.wake(),
              }),
            ]
          : []
        if (queue !== undefined) routes.push(proverRoutes(queue, readTokens(paths), log))
        const api = await startApi({
          database,
          replica,
          tracer,
          control,
          poseidon,
          genesis,
          verificationKey: installedKey(genesis),
          routes,
          host,
          port,
          log,
          trusted,
          circuits,
          provers: () => (queue === undefined ? [] : queue.provers().map(shownProver)),
          proxies: parseProxies(trustedProxies ?? ''),
          version: VERSION,
          ...nameLookup(paths.root),
          switches: { explorer, graphiql, introspection },
          noticeMs: notice,
        })
        tellParent({ type: 'ready', url: api.url })
        return async () => {
          await api.stop()
          await deliverer?.stop()
          control.close()
          await tracer?.stop()
          await replica?.close()
          await database.close()
        }
      }),
    )
}

/** A prover in the words of the schema. */
const shownProver = ({ prover: name, backend, ...status }: ProverStatus): ProverModel => ({
  ...status,
  name,
  backend: backend === null ? null : (backend.toUpperCase() as Uppercase<typeof backend>),
})

/** The verification key that a chain pins; null if this machine does not have it, or anyone could forge with it. */
function installedKey(genesis: Genesis): Json | null {
  try {
    return verificationKeyOf(genesis) as Json
  } catch (error) {
    if (error instanceof Failure) return null
    throw error
  }
}

/** Delivers webhooks from this process, over connections of its own, so that deliveries and requests do not wait for each other. */
async function deliverWebhooks(genesis: Genesis): Promise<Deliverer> {
  const open = (max: number) =>
    openDatabase(databaseUrl(), { max, genericPlans: true, applicationName: 'inpigritas-webhooks' })
  const [database, session] = [open(WEBHOOK_CONNECTIONS), open(1)]
  const log = openLog('webhooks')
  const deliverer = await startDeliverer({ database, session, genesis, log, version: VERSION })
  return {
    ...deliverer,
    async stop() {
      await deliverer.stop()
      await Promise.all([database.close(), session.close()])
    },
  }
}
