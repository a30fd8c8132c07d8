import { Failure } from '../config/failure.ts'
import { runChild } from '../process/child-task.ts'
import { moduleUrl } from '../process/module-url.ts'
import { type Artifacts, readVerificationKey } from '../setup/artifacts.ts'
import { verifyGroth16 } from '../verify/groth16.ts'
import { EngineProcess } from './engine-process.ts'
import type { ProofJson, ProveMessage } from './proof.ts'
import { isWitnessFault } from './witness.ts'

/** What the child process needs to prove a batch. */
export interface ProveRequest {
  /** The circuit's inputs by signal, decimal strings. */
  input: Record<string, unknown>
  wasm: string
  zkey: string
  /** A program to call in place of snarkjs; see Backend. */
  program?: string | undefined
}

/** The program that computes proofs. Its proofs are always checked. */
export interface Backend {
  name: 'engine' | 'snarkjs' | 'rapidsnark'
  /** A program to call, with rapidsnark's arguments: ZKEY WITNESS PROOF PUBLIC. It writes the last two files. */
  program?: string
  /** Threads of the engine; see EngineOptions. */
  threads?: number
}

export const ENGINE: Backend = { name: 'engine' }
export const SNARKJS: Backend = { name: 'snarkjs' }

export interface ProveOptions {
  onProgress?: (progress: ProveMessage) => void
  /** Gives the work up; prove then throws the signal's reason. */
  signal?: AbortSignal
}

/** Proves batches of one circuit. The engine's process stays, with the key and the witness program loaded; other backends start one per batch. */
export class BatchProver {
  readonly #vkHash: string
  readonly #artifacts: Artifacts
  readonly #backend: Backend
  readonly #engine: EngineProcess | undefined

  /** @param vkHash of the key that proofs must be of */
  constructor(vkHash: string, artifacts: Artifacts, backend: Backend = ENGINE) {
    this.#vkHash = vkHash
    this.#artifacts = artifacts
    this.#backend = backend
    const { threads } = backend
    if (backend.name === 'engine')
      this.#engine = new EngineProcess(artifacts, threads === undefined ? {} : { threads })
  }

  /**
   * Proves one batch in a process apart and checks the proof with the strict verifier before it returns it.
   * @param input the circuit's inputs as jsonInput writes them
   * @throws Failure WITNESS_FAILED if the inputs do not satisfy the circuit, OUT_OF_MEMORY, ENGINE_FAILED, BUILD_FAILED, BACKEND_FAILED,
   * KEY_DAMAGED, PROOF_INVALID
   */
  async prove(
    input: Record<string, unknown>,
    { onProgress = () => {}, signal }: ProveOptions = {},
  ): Promise<ProofJson> {
    const result = await (this.#engine?.prove(input, onProgress, signal) ??
      proveOnce(this.#artifacts, this.#backend, input, { onProgress, ...(signal && { signal }) }))
    onProgress({ stage: 'verify', fraction: 0 })
    const claim = { ...result, verificationKey: readVerificationKey(this.#artifacts) }
    const fault = verifyGroth16(claim, this.#vkHash)
    if (fault === null) return result
    throw new Failure('PROOF_INVALID', `the proof made here does not verify (${fault})`, {
      hint: 'the proving key may be damaged: remove its folder in the cache, it is built again',
    })
  }

  close(): void {
    this.#engine?.close()
  }
}

/** Proves one batch, as BatchProver does. */
export async function prove(
  vkHash: string,
  artifacts: Artifacts,
  input: Record<string, unknown>,
  { backend, ...options }: ProveOptions & { backend?: Backend } = {},
): Promise<ProofJson> {
  const prover = new BatchProver(vkHash, artifacts, backend)
  try {
    return await prover.prove(input, options)
  } finally {
    prover.close()
  }
}

function proveOnce(
  { wasm, zkey }: Artifacts,
  { program }: Backend,
  input: Record<string, unknown>,
  { onProgress, signal }: ProveOptions,
): Promise<ProofJson> {
  return runChild<ProveRequest, ProveMessage, ProofJson>(moduleUrl(import.meta.url, './prove-child'), {
    request: { input, wasm, zkey, program },
    ...(onProgress && { onMessage: onProgress }),
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'BACKEND_FAILED') {
      throw new Failure('BACKEND_FAILED', `${program} made no proof`, {
        hint: 'it must take ZKEY WITNESS PROOF PUBLIC, as rapidsnark does',
        cause: error,
      })
    }
    if (!isWitnessFault(error)) throw error
    throw new Failure('WITNESS_FAILED', 'the records do not satisfy the circuit', { cause: error })
  })
}
