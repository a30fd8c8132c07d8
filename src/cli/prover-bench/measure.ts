import { availableParallelism } from 'node:os'
import type { ProofJson } from '../../prover/proof.ts'
import { type Backend, BatchProver } from '../../prover/prove.ts'
import type { Artifacts } from '../../setup/artifacts.ts'
import { type BatchCircuit, batchSizeOf } from '../../setup/circuits.ts'

/** What a prover on this machine does. */
export interface Measured {
  circuit: string
  batchSize: number
  backend: string
  cores: number
  /** Until the first proof was there: key and witness program are loaded with it. */
  firstSeconds: number
  /** Medians of those after it. */
  witnessSeconds: number
  proofSeconds: number
  batchesPerHour: number
  transfersPerSecond: number
  /** Of the proving process at most. */
  memoryBytes: number
}

/** Proofs after the first one, and the time after which no more is begun. */
const MAX_PROOFS = 6
const ENOUGH_MS = 30_000

/**
 * Proves a batch again and again for about half a minute, as a prover with much to do does: the next witness is made while a batch is proven.
 * @param enoughMs after which no more proofs are begun
 * @throws Failure as BatchProver.prove
 */
export async function measure(
  circuit: BatchCircuit,
  artifacts: Artifacts,
  {
    input,
    backend,
    onProof,
    enoughMs = ENOUGH_MS,
  }: { input: Record<string, unknown>; backend: Backend; onProof: () => void; enoughMs?: number },
): Promise<Measured> {
  const prover = new BatchProver(circuit.developmentVkHash, artifacts, backend)
  try {
    const began = performance.now()
    const prove = async () => {
      const proof = await prover.prove(input)
      onProof()
      return proof
    }
    await prove()
    const started = performance.now()
    const proofs: ProofJson[] = []
    let next = prove()
    for (let begun = 1; ; ) {
      const current = next
      const isLast = begun === MAX_PROOFS || performance.now() - started > enoughMs
      if (!isLast) {
        next = backend.name === 'engine' ? prove() : current.then(prove)
        // If the current one fails, nobody waits for the next.
        next.catch(() => {})
        begun++
      }
      proofs.push(await current)
      if (isLast) break
    }
    const seconds = (performance.now() - started) / 1_000 / proofs.length
    const batchSize = batchSizeOf(circuit)
    return {
      ...{ circuit: circuit.name, batchSize, backend: backend.name, cores: availableParallelism() },
      firstSeconds: (started - began) / 1_000,
      witnessSeconds: median(proofs.map(({ witnessMs }) => witnessMs)) / 1_000,
      proofSeconds: median(proofs.map(({ proofMs }) => proofMs)) / 1_000,
      batchesPerHour: 3_600 / seconds,
      transfersPerSecond: batchSize / seconds,
      memoryBytes: Math.max(...proofs.map(({ peakBytes }) => peakBytes)),
    }
  } finally {
    prover.close()
  }
}

/** What a fleet of such machines takes to keep up with a rate. */
export interface Fleet {
  transfersPerSecond: number
  machines: number
  coreHoursPerMillion: number
}

/** @param rate transfers per second, above 0 */
export function fleetFor({ transfersPerSecond, cores }: Measured, rate: number): Fleet {
  return {
    transfersPerSecond: rate,
    machines: Math.ceil(rate / transfersPerSecond),
    coreHoursPerMillion: (1e6 / transfersPerSecond / 3_600) * cores,
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!
}
