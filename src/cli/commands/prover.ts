import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { type Command, Option } from 'commander'
import { dataPath, pathsIn } from '../../config/data-directory.ts'
import { Failure } from '../../config/failure.ts'
import { ProverClient } from '../../prover/prover-client.ts'
import type { ProveMode } from '../../prover/queue.ts'
import { runProver } from '../../prover/run-prover.ts'
import { openLog } from '../../telemetry/log.ts'
import { apiUrl, type DataOptions, dataOption, type UrlOptions, urlOption } from '../options.ts'
import { tellParent } from '../up/child.ts'
import { runPart } from '../up/run-child.ts'

interface ProverOptions extends DataOptions, UrlOptions {
  prove: ProveMode
  token?: string
  name?: string
}

export function addProver(program: Command): void {
  program
    .command('prover')
    .description('run a prover alone, on any machine: claims batches from an API and proves them')
    .addOption(urlOption())
    .addOption(dataOption())
    .addOption(
      new Option('--prove <what>', 'which batches to prove')
        .choices(['ask', 'latest', 'all'])
        .default('latest'),
    )
    .option('--token <file>', "the API's prover token (prover.token of the data directory)")
    .option('--name <name>', 'what to go by (host and process number)')
    .action((options: ProverOptions) =>
      runPart(async (fatal) => {
        const name = options.name ?? `${hostname().replace(/[^A-Za-z0-9.-]/g, '-')}:${process.pid}`.slice(-64)
        const stopping = new AbortController()
        const running = runProver({
          client: new ProverClient(apiUrl(options), readToken(options), name),
          mode: options.prove,
          log: openLog('prover'),
          signal: stopping.signal,
          onProgress: (line) => tellParent({ type: 'progress', line }),
        })
        running.catch(fatal)
        tellParent({ type: 'ready' })
        return async () => {
          stopping.abort(new Error('stopping'))
          await running.catch(() => {})
        }
      }),
    )
}

/** The prover token, from its file. */
export function readToken({ token, data }: { token?: string; data?: string }): string {
  const path = token ?? pathsIn(dataPath(data)).proverToken
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw new Failure('NO_TOKEN', `the prover token ${path} cannot be read`, {
      hint: 'copy prover.token from the data directory of the API and name it with --token',
      cause,
    })
  }
}
