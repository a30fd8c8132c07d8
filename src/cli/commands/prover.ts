import { hostname } from 'node:os'
import { type Command, Option } from 'commander'
import { Failure } from '../../config/failure.ts'
import { parseBatchIndex } from '../../ledger/batch.ts'
import type { ProveMode, ProverSelf, QueueStatus } from '../../proofs/wire.ts'
import { defaultThreads } from '../../prover/engine-process.ts'
import type { Backend } from '../../prover/prove.ts'
import { runProver } from '../../prover/prover.ts'
import { ProverClient, queueStatus } from '../../prover/queue-client.ts'
import { openLog } from '../../telemetry/log.ts'
import { type BackendOptions, backendOf, withBackend } from '../backend-options.ts'
import { UsageError } from '../failures.ts'
import { readOperatorToken, readProverToken } from '../files/tokens.ts'
import {
  apiUrl,
  type DataOptions,
  dataOption,
  type JsonOptions,
  jsonOption,
  type UrlOptions,
  urlOption,
} from '../options.ts'
import { counted, dim, print, printJson, say, table } from '../output.ts'
import { proverWords } from '../prover-words.ts'
import { tellParent } from '../up/child.ts'
import { runPart } from '../up/run-child.ts'
import { VERSION } from '../version.ts'
import { addProverBench } from './prover-bench.ts'

interface ProverOptions extends DataOptions, UrlOptions, BackendOptions {
  prove: ProveMode
  token?: string
  name?: string
}

export function addProver(program: Command): void {
  const prover = withBackend(program.command('prover'))
    .description('run only a prover, on any machine: it claims batches from an API and proves them')
    .addOption(urlOption())
    .addOption(dataOption())
    .addOption(
      new Option('--prove <what>', 'which batches to prove')
        .choices(['ask', 'latest', 'all'])
        .default('latest'),
    )
    .option('--token <file>', 'file with the prover token (default: prover.token in the data directory)')
    .option('--name <name>', 'name of this prover (default: host and process id)')
    .action((options: ProverOptions) =>
      runPart(async (fatal) => {
        const backend = backendOf(options)
        const url = apiUrl(options)
        const isWatched = process.channel === undefined && process.stderr.isTTY
        const name = options.name ?? `${hostname().replace(/[^A-Za-z0-9.-]/g, '-')}:${process.pid}`.slice(-64)
        const stopping = new AbortController()
        const running = runProver({
          client: new ProverClient(url, readProverToken(options), name, selfOf(backend)),
          backend,
          mode: options.prove,
          log: openLog('prover'),
          signal: stopping.signal,
          onProgress: (line) => {
            tellParent({ type: 'progress', line })
            if (isWatched) watched(url, line)
          },
        })
        running.catch(fatal)
        tellParent({ type: 'ready' })
        return async () => {
          stopping.abort(new Error('stopping'))
          await running.catch(() => {})
        }
      }),
    )
  addProverBench(prover)
  prover
    .command('status')
    .description('show the queue, the rate, and what each prover is doing')
    .addOption(urlOption())
    .addOption(jsonOption())
    .action(async (_: object, command: Command) => {
      const options = command.optsWithGlobals<UrlOptions & JsonOptions>()
      const status = await queueStatus(apiUrl(options))
      if (status === undefined) throw new Failure('NO_QUEUE', 'this API has no queue of proofs')
      if (options.json) printJson(status)
      else for (const line of describe(status)) print(line)
    })
  prover
    .command('requeue [batch]')
    .description('put given-up batches back into the queue: one, or all (needs the operator token)')
    .addOption(urlOption())
    .addOption(dataOption())
    .option('--token <file>', 'file with the operator token (default: operator.token in the data directory)')
    .action(async (batch: string | undefined, _: object, command: Command) => {
      const options = command.optsWithGlobals<UrlOptions & DataOptions & { token?: string }>()
      const index = batch === undefined ? undefined : parseBatchIndex(batch)
      if (batch !== undefined && index === undefined)
        throw new UsageError(`${batch} is not the index of a batch`)
      const client = new ProverClient(apiUrl(options), readOperatorToken(options), 'ictl')
      const batches = await client.requeue(index)
      print(batches.length === 0 ? 'nothing was given up' : `back in the queue: ${batches.join(', ')}`)
    })
}

/** What a prover says of itself. */
function selfOf({ name: backend, threads = defaultThreads() }: Backend): ProverSelf {
  return { version: VERSION, backend, threads: backend === 'engine' ? threads : null }
}

/** Prints the queue and the provers, one line each. */
function describe({ waiting, running, dead, proofs, backlog, perMinute, provers }: QueueStatus): string[] {
  const left = perMinute > 0 && backlog > 0 ? `, about ${duration((60 * backlog) / perMinute)} left` : ''
  return [
    ...table([
      ['proven', `${counted(proofs, 'batch', 'batches')}, ${perMinute.toFixed(1)} per minute`],
      ['to prove', `${counted(backlog, 'full batch', 'full batches')}${left}`],
      ['queue', `${waiting} waiting, ${running} running, ${dead} given up`],
      ...provers.map((prover): [string, string] => [
        'prover',
        `${proverWords(prover)}, last seen ${prover.secondsAgo} s ago`,
      ]),
    ]),
    ...(dead > 0 ? ['ictl prover requeue puts those that were given up back into the queue'] : []),
  ]
}

function duration(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`
}

/** Prints what the prover is doing, and after each proof how much work is left. */
function watched(url: string, line: string): void {
  say(dim(line))
  if (!line.includes('proven in')) return
  queueStatus(url).then(
    (status) => status && say(dim(describe(status)[1]!)),
    () => {},
  )
}
