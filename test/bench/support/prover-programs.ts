import { execFile } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { sha256Of } from '../../../src/setup/artifacts.ts'
import { type Figure, median } from './report.ts'

const run = promisify(execFile)
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const SNARKJS_CLI = here('../../../node_modules/snarkjs/build/cli.cjs')
const ENGINE_PROOFS = here('./engine-proofs.mjs')
/** Runs whose median is taken. */
const ROUNDS = 3
const PROOFS = 5
const THREADS = Math.min(8, availableParallelism())

interface Cost {
  ms: number
  cpuMs: number
}

const shown = ({ ms, cpuMs }: Cost) => `${(ms / 1_000).toFixed(1)} s; ${(cpuMs / 1_000).toFixed(1)} s`
const medianCost = (costs: readonly Cost[]): Cost => ({
  ms: median(costs.map(({ ms }) => ms)),
  cpuMs: median(costs.map(({ cpuMs }) => cpuMs)),
})

/** What a program takes, by the shell's clock, with the processes that it starts. */
async function costOf(command: readonly string[]): Promise<Cost> {
  const script = 'TIMEFORMAT="cost %R %U %S"; time "$@" > /dev/null'
  const { stderr } = await run('bash', ['-c', script, 'bash', ...command])
  const [, real, user, system] = /cost (\S+) (\S+) (\S+)/.exec(stderr)!.map(Number) as [
    number,
    number,
    number,
    number,
  ]
  return { ms: 1_000 * real, cpuMs: 1_000 * (user + system) }
}

/** The engine, snarkjs and, where a program is at hand, rapidsnark, each with the same key and witness, in turns. */
export async function comparedPrograms(zkey: string, witness: string, folder: string): Promise<Figure[]> {
  const outputs = ['proof.json', 'public.json'].map((name) => join(folder, name))
  const engine = [process.execPath, ENGINE_PROOFS, zkey, await sha256Of(zkey), witness, String(THREADS)]
  const rapidsnark = process.env.INPIGRITAS_RAPIDSNARK
  const programs = {
    snarkjs: [process.execPath, SNARKJS_CLI, 'groth16', 'prove', zkey, witness, ...outputs],
    ...(rapidsnark ? { rapidsnark: [rapidsnark, zkey, witness, ...outputs] } : {}),
    'the engine, with its start': [...engine, '1'],
  }
  const costs: Record<string, Cost[]> = {}
  let warm: Cost[] = []
  let loadMs = 0
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, command] of Object.entries(programs)) {
      costs[name] ??= []
      costs[name].push(await costOf(command))
    }
    const [program, ...values] = engine
    const { stdout } = await run(program!, [...values, String(PROOFS)])
    const told = JSON.parse(stdout) as { loadMs: number; times: Cost[] }
    loadMs = told.loadMs
    // The first proof compiles the kernels.
    warm = [...warm, ...told.times.slice(1)]
  }
  const loaded = medianCost(warm)
  const others = Object.entries(costs).map(([name, list]) => [name, medianCost(list)] as const)
  return [
    { name: 'time; CPU time: the engine, key loaded', value: shown(loaded) },
    ...others.map(([name, cost]) => ({ name: `time; CPU time: ${name}`, value: shown(cost) })),
    ...others
      .filter(([name]) => !name.startsWith('the engine'))
      .map(([name, cost]) => ({
        name: `CPU time of ${name}, per CPU time of the engine`,
        value: (cost.cpuMs / loaded.cpuMs).toFixed(1),
        goal: name === 'snarkjs' ? '5' : '1',
      })),
    { name: "loading of the engine's key", value: `${Math.round(loadMs)} ms` },
  ]
}

/** Bytes of the engine as a page needs it: prover and worker, minified. */
export async function bundleBytes(): Promise<number> {
  const { outputFiles } = await build({
    stdin: {
      contents: `export * from './open-key.ts'; export * from './browser-threads.ts'`,
      resolveDir: here('../../../src/groth16'),
      loader: 'ts',
    },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
  })
  return outputFiles[0]!.contents.length
}
