import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureArtifacts } from '../../src/prover/artifacts.ts'
import { batchSizeOf, circuits } from '../../src/prover/circuits.ts'
import { jsonInput, prove } from '../../src/prover/prove.ts'
import { storyOfEveryKind } from '../support/batch-world.ts'
import { count, type Figure, printFigures } from './support/report.ts'

const CONSTRAINTS_GOAL = 22_500

/** Builds every shipped circuit into an empty cache and proves one batch with each. */
export async function benchProving(): Promise<void> {
  const cache = mkdtempSync(join(tmpdir(), 'inpigritas-bench-'))
  const world = storyOfEveryKind()
  try {
    for (const circuit of circuits()) {
      const slots = batchSizeOf(circuit)
      const stages = new Map<string, number>()
      let last = performance.now()
      let stage = 'compile'
      const artifacts = await ensureArtifacts(circuit, {
        cache,
        onProgress: (progress) => {
          if (progress.stage === stage) return
          stages.set(stage, performance.now() - last)
          last = performance.now()
          stage = progress.stage
        },
      })
      const input = world.input(circuit.parameters, 0, Math.min(slots, world.records.length))
      const { witnessMs, proofMs, peakBytes } = await prove(
        circuit.developmentVkHash,
        artifacts,
        jsonInput(input),
      )
      const s = (ms: number | undefined) => `${((ms ?? 0) / 1000).toFixed(1)} s`
      const megabytes = (bytes: number) => `${count(bytes / 1e6)} MB`
      const figures: Figure[] = [
        { name: 'constraints', value: count(circuit.constraints) },
        {
          name: 'constraints a slot',
          value: count(circuit.constraints / slots),
          goal: `${count(CONSTRAINTS_GOAL)} or fewer`,
        },
        { name: 'compile', value: s(stages.get('compile')) },
        { name: 'set-up', value: s(stages.get('set-up')) },
        { name: 'proving key', value: megabytes(statSync(artifacts.zkey).size) },
        { name: 'witness', value: s(witnessMs) },
        { name: 'proof', value: s(proofMs) },
        { name: 'memory of the proving process at most', value: megabytes(peakBytes) },
      ]
      printFigures(`Proving, ${circuit.name}, snarkjs`, figures)
    }
  } finally {
    rmSync(cache, { recursive: true, force: true })
  }
}
