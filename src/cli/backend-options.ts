import { type Command, Option } from 'commander'
import { MAX_THREADS } from '../groth16/prover.ts'
import { type Backend, ENGINE, SNARKJS } from '../prover/prove.ts'
import { UsageError } from './failures.ts'

export interface BackendOptions {
  backend: 'engine' | 'snarkjs'
  threads?: number
  rapidsnark?: string
}

/** The options that say what computes proofs. */
export function withBackend(command: Command): Command {
  return command
    .addOption(
      new Option('--backend <name>', 'what computes the proofs')
        .choices(['engine', 'snarkjs'])
        .default('engine'),
    )
    .addOption(
      new Option('--threads <number>', 'threads of the engine (default: one per core, 8 at most)').argParser(
        parseThreads,
      ),
    )
    .addOption(
      new Option('--rapidsnark <program>', 'rapidsnark, or a program called like it, in place of both').env(
        'INPIGRITAS_RAPIDSNARK',
      ),
    )
}

export function backendOf({ backend, threads, rapidsnark }: BackendOptions): Backend {
  if (rapidsnark !== undefined) return { name: 'rapidsnark', program: rapidsnark }
  if (backend === 'snarkjs') return SNARKJS
  return threads === undefined ? ENGINE : { ...ENGINE, threads }
}

/** @throws UsageError unless it is a number from 1 to 64 */
function parseThreads(text: string): number {
  const threads = /^[0-9]{1,2}$/.test(text) ? Number(text) : 0
  if (threads < 1 || threads > MAX_THREADS)
    throw new UsageError(`--threads takes a number from 1 to ${MAX_THREADS}`)
  return threads
}
