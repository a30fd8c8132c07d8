import * as snarkjs from 'snarkjs'
import { serveChild } from './child.ts'
import type { ProofJson, ProveMessage } from './prove.ts'

export interface ProveRequest {
  /** The circuit's inputs by signal, decimal strings. */
  input: Record<string, unknown>
  wasm: string
  zkey: string
}

/** snarkjs's messages in their order, and roughly how far it is when each comes. */
const PROOF_STEPS: readonly [message: RegExp, fraction: number][] = [
  [/Reading Coeffs/, 0.02],
  [/Building ABC/, 0.05],
  [/IFFT_A/, 0.1],
  [/FFT_A/, 0.15],
  [/Join ABC/, 0.3],
  [/Reading A Points/, 0.35],
  [/Reading B1 Points/, 0.45],
  [/Reading B2 Points/, 0.55],
  [/Reading C Points/, 0.8],
  [/Reading H Points/, 0.88],
]

serveChild<ProveRequest, ProveMessage, ProofJson>(async ({ input, wasm, zkey }, send) => {
  const started = performance.now()
  send({ stage: 'witness', fraction: 0 })
  const witness = { type: 'mem' as const }
  await snarkjs.wtns.calculate(input as snarkjs.CircuitSignals, wasm, witness)
  const witnessMs = performance.now() - started
  send({ stage: 'proof', fraction: 0 })
  let reached = 0
  const log = (message: string) => {
    const fraction = PROOF_STEPS.find(([pattern]) => pattern.test(message))?.[1] ?? 0
    if (fraction <= reached) return
    reached = fraction
    send({ stage: 'proof', fraction })
  }
  const logger = { debug: log, info: log, warn: log, error: log }
  const { proof, publicSignals } = await snarkjs.groth16.prove(zkey, witness as never, logger as never)
  const proofMs = performance.now() - started - witnessMs
  const { maxRSS } = process.resourceUsage()
  return { proof, publicSignals, witnessMs, proofMs, peakBytes: maxRSS * 1024 }
})
