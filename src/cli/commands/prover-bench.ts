import { type Command, Option } from 'commander'
import { findArtifacts } from '../../setup/artifacts.ts'
import { ensureArtifacts } from '../../setup/build.ts'
import { batchCircuits, batchSizeOf, type Circuit } from '../../setup/circuits.ts'
import { type BackendOptions, backendOf, withBackend } from '../backend-options.ts'
import { showBuild } from '../build-progress.ts'
import { interruptible } from '../interruptible.ts'
import { type JsonOptions, jsonOption, wholeNumber } from '../options.ts'
import { counted, print, printJson, progress, table } from '../output.ts'
import { type Fleet, fleetFor, type Measured, measure } from '../prover-bench/measure.ts'
import { sampleBatch } from '../prover-bench/sample-batch.ts'

interface BenchOptions extends BackendOptions, JsonOptions {
  batchSize: string
  rate?: number
}

const RATES = [1, 10, 100, 1_000]
const MAX_RATE = 1_000_000

export function addProverBench(prover: Command): void {
  const sizes = batchCircuits().map((circuit) => String(batchSizeOf(circuit)))
  withBackend(prover.command('bench'))
    .description(
      'measure in a minute what this machine can prove, and what keeping up with a rate takes (the circuit is built first if it is not in the cache)',
    )
    .addOption(new Option('--batch-size <records>', 'records per batch').choices(sizes).default(sizes[0]))
    .option('--rate <transfers>', 'transfers per second to keep up with', wholeNumber(1, MAX_RATE))
    .addOption(jsonOption())
    .action(async (_: object, command: Command) => {
      const options = command.optsWithGlobals<BenchOptions>()
      const circuit = batchCircuits().find((one) => String(batchSizeOf(one)) === options.batchSize)!
      const artifacts = findArtifacts(circuit) ?? (await built(circuit))
      const bar = progress()
      let proofs = 0
      const tell = () => bar.update(proofs, undefined, `${counted(proofs, 'proof')} of ${circuit.name} made`)
      tell()
      const measured = await measure(circuit, artifacts, {
        input: await sampleBatch(circuit),
        backend: backendOf(options),
        onProof: () => {
          proofs++
          tell()
        },
      })
      bar.finish(`${counted(proofs, 'proof')} of ${circuit.name} made and checked`)
      const fleets = (options.rate === undefined ? RATES : [options.rate]).map((rate) =>
        fleetFor(measured, rate),
      )
      if (options.json) printJson({ ...measured, fleets })
      else for (const line of described(measured, fleets)) print(line)
    })
}

async function built(circuit: Circuit) {
  const bar = progress()
  const artifacts = await interruptible((signal) =>
    ensureArtifacts(circuit, { signal, onProgress: (status) => showBuild(bar, circuit.name, status) }),
  )
  bar.finish(`${circuit.name} is built`)
  return artifacts
}

function described(measured: Measured, fleets: readonly Fleet[]): string[] {
  const s = (seconds: number) => `${seconds.toFixed(1)} s`
  const { circuit, backend, cores, batchSize } = measured
  return [
    ...table([
      ['machine', `${counted(cores, 'core')}, ${backend}`],
      ['circuit', `${circuit}: ${batchSize} records per batch`],
      ['first proof', `${s(measured.firstSeconds)}, with loading`],
      ['witness; proof', `${s(measured.witnessSeconds)}; ${s(measured.proofSeconds)}`],
      ['batches per hour', String(Math.floor(measured.batchesPerHour))],
      ['transfers per second', measured.transfersPerSecond.toFixed(2)],
      ['memory', `${Math.ceil(measured.memoryBytes / 1e6)} MB`],
    ]),
    ...fleets.map(
      ({ transfersPerSecond, machines, coreHoursPerMillion }) =>
        `${transfersPerSecond} per second: ${counted(machines, 'such machine')}, ${coreHoursPerMillion.toFixed(1)} core hours per million transfers`,
    ),
  ]
}
