import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as snarkjs from 'snarkjs'
import { serveChild } from '../process/child-task.ts'
import type { ProofJson, ProveMessage } from './proof.ts'
import type { ProveRequest } from './prove.ts'

/** snarkjs's messages in order, with the approximate fraction of the proof done at each. */
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

serveChild<ProveRequest, ProveMessage, ProofJson>(async ({ input, wasm, zkey, program }, send) => {
  const started = performance.now()
  send({ stage: 'witness', fraction: 0 })
  if (program !== undefined) return proveWith(program, { input, wasm, zkey }, send)
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

const PROGRAM_TIMEOUT_MS = 600_000
/** Bytes of a file that the program writes. A proof has 800, its signals fewer. */
const MAX_OUTPUT_BYTES = 100_000

/** Proves with a program that reads the same key and witness from files: ZKEY WITNESS PROOF PUBLIC. */
async function proveWith(
  program: string,
  { input, wasm, zkey }: ProveRequest,
  send: (message: ProveMessage) => void,
): Promise<ProofJson> {
  const folder = mkdtempSync(join(tmpdir(), 'inpigritas-proof-'))
  const file = (name: string) => join(folder, name)
  // A killed child leaves this folder behind. It holds nothing that the prover was not given.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const started = performance.now()
  await snarkjs.wtns.calculate(input as snarkjs.CircuitSignals, wasm, file('witness.wtns'))
  const witnessMs = performance.now() - started
  send({ stage: 'proof', fraction: 0 })
  try {
    const files = [zkey, ...['witness.wtns', 'proof.json', 'public.json'].map(file)]
    await promisify(execFile)(program, files, { timeout: PROGRAM_TIMEOUT_MS, killSignal: 'SIGKILL' })
    const proofMs = performance.now() - started - witnessMs
    // Older releases omit the names of protocol and curve.
    const proof = { ...(written(file('proof.json')) as object), protocol: 'groth16', curve: 'bn128' }
    const publicSignals = written(file('public.json')) as string[]
    const { maxRSS } = process.resourceUsage()
    return { proof, publicSignals, witnessMs, proofMs, peakBytes: maxRSS * 1024 }
  } catch (cause) {
    const { stderr = '', message } = cause as Error & { stderr?: string }
    throw Object.assign(new Error(stderr.trim().slice(-500) || message, { cause }), {
      code: 'BACKEND_FAILED',
    })
  }
}

/** What the program has written, as JSON. It is checked later. */
function written(path: string): unknown {
  const stat = statSync(path)
  if (!stat.isFile() || stat.size > MAX_OUTPUT_BYTES)
    throw new Error(`${path} is no file of at most ${MAX_OUTPUT_BYTES} bytes`)
  return JSON.parse(readFileSync(path, 'utf8'))
}
