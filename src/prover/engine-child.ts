import { readFile } from 'node:fs/promises'
import { Failure } from '../config/failure.ts'
import { openProver } from '../groth16/key-file.ts'
import type { Groth16Prover } from '../groth16/prover.ts'
import { type CircuitInput, WitnessProgram } from '../groth16/witness.ts'
import type { EngineReply, EngineRequest } from './engine-process.ts'
import type { ProofJson, ProveMessage } from './proof.ts'

type Open = Extract<EngineRequest, { type: 'open' }>

let opened: Open
let prover: Promise<Groth16Prover>
let program: Promise<WitnessProgram>
/** The witness that is being made; one at a time. */
let witnesses: Promise<unknown> = Promise.resolve()

process.on('disconnect', () => process.exit(1))
process.on('message', (request: EngineRequest) => {
  if (request.type === 'open') {
    opened = request
    prover = openProver(request.zkey, request.sha256, request.threads)
    program = readFile(request.wasm).then(WitnessProgram.compile)
    // The batches that wait for them report what went wrong.
    for (const opening of [prover, program]) opening.catch(() => {})
  } else void answer(request.id, request.input)
})

async function answer(id: number, input: Record<string, unknown>): Promise<void> {
  const reply = (message: EngineReply) => process.send?.(message)
  try {
    const result = await prove(input, (message) => reply({ id, type: 'message', message }))
    reply({ id, type: 'done', isSpent: await isTooLarge(), result })
  } catch (thrown) {
    const error = described(thrown)
    reply({ id, type: 'error', isSpent: error.code !== 'WITNESS_FAILED', error })
  }
}

async function prove(
  input: Record<string, unknown>,
  send: (message: ProveMessage) => void,
): Promise<ProofJson> {
  send({ stage: 'witness', fraction: 0 })
  const engine = await prover
  const making = witnesses.then(async () => {
    const started = performance.now()
    const witness = await (await program).witness(input as CircuitInput)
    return { witness, witnessMs: performance.now() - started }
  })
  witnesses = making.catch(() => {})
  const { witness, witnessMs } = await making
  const started = performance.now()
  send({ stage: 'proof', fraction: 0 })
  const made = await engine.prove(witness, (fraction) => send({ stage: 'proof', fraction }))
  const { maxRSS } = process.resourceUsage()
  return { ...made, witnessMs, proofMs: performance.now() - started, peakBytes: maxRSS * 1024 }
}

async function isTooLarge(): Promise<boolean> {
  const { memoryBytes } = await prover
  return process.memoryUsage.rss() > memoryBytes + opened.spareBytes
}

function described(error: unknown): Pick<Failure, 'code' | 'message' | 'hint' | 'retry'> {
  if (error instanceof Failure) {
    const { code, message, hint, retry } = error
    return { code, message, hint, retry }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { code: 'ENGINE_FAILED', message, hint: undefined, retry: false }
}
