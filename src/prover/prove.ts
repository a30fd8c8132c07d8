import { Failure } from '../config/failure.ts'
import { runChild } from '../process/child-task.ts'
import { moduleUrl } from '../process/module-url.ts'
import { type Artifacts, readVerificationKey } from '../setup/artifacts.ts'
import { verifyGroth16 } from '../verify/groth16.ts'

/** What the child process needs to prove a batch. */
export interface ProveRequest {
  /** The circuit's inputs by signal, decimal strings. */
  input: Record<string, unknown>
  wasm: string
  zkey: string
  /** A program to call in place of snarkjs; see Backend. */
  program?: string | undefined
}

/** How far a proof is. */
export interface ProveMessage {
  stage: 'witness' | 'proof' | 'verify'
  /** From 0 to 1, within the stage. */
  fraction: number
}

/** A proof with its public signals as snarkjs writes them, and what it cost. */
export interface ProofJson {
  proof: unknown
  publicSignals: string[]
  witnessMs: number
  proofMs: number
  /** Peak memory of the child process. */
  peakBytes: number
}

/** The program that computes proofs. Its proofs are always checked. */
export interface Backend {
  name: 'snarkjs' | 'rapidsnark'
  /** A program to call in place of snarkjs, with rapidsnark's arguments: ZKEY WITNESS PROOF PUBLIC. It writes the last two files. */
  program?: string
}

export const SNARKJS: Backend = { name: 'snarkjs' }

export interface ProveOptions {
  /** Default snarkjs. */
  backend?: Backend
  onProgress?: (progress: ProveMessage) => void
  /** Kills the work; prove then throws the signal's reason. */
  signal?: AbortSignal
}

/**
 * Proves one batch in a process of its own and checks the proof with the strict verifier before it returns it.
 * @param vkHash of the key that the proof must be of
 * @param input the circuit's inputs as jsonInput writes them
 * @throws Failure WITNESS_FAILED if the inputs do not satisfy the circuit, OUT_OF_MEMORY, BUILD_FAILED, BACKEND_FAILED, PROOF_INVALID
 */
export async function prove(
  vkHash: string,
  artifacts: Artifacts,
  input: Record<string, unknown>,
  { onProgress = () => {}, signal, backend = SNARKJS }: ProveOptions = {},
): Promise<ProofJson> {
  const { wasm, zkey } = artifacts
  const result = await runChild<ProveRequest, ProveMessage, ProofJson>(
    moduleUrl(import.meta.url, './prove-child'),
    {
      request: { input, wasm, zkey, program: backend.program },
      onMessage: onProgress,
      ...(signal === undefined ? {} : { signal }),
    },
  ).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'BACKEND_FAILED') {
      throw new Failure('BACKEND_FAILED', `${backend.program} made no proof`, {
        hint: 'it must take ZKEY WITNESS PROOF PUBLIC, as rapidsnark does',
        cause: error,
      })
    }
    if (
      !(error instanceof Error) ||
      !/Assert Failed|^Signal |^Not enough values|^Too many values/m.test(error.message)
    )
      throw error
    throw new Failure('WITNESS_FAILED', 'the records do not satisfy the circuit', { cause: error })
  })
  onProgress({ stage: 'verify', fraction: 0 })
  const claim = { ...result, verificationKey: readVerificationKey(artifacts) }
  const fault = verifyGroth16(claim, vkHash)
  if (fault !== null) {
    throw new Failure('PROOF_INVALID', `the proof made here does not verify (${fault})`, {
      hint: 'the proving key may be damaged: remove its folder in the cache, it is built again',
    })
  }
  return result
}
