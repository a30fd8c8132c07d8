import type { QueueCounts } from '../storage/proof-jobs.ts'

/**
 * What an api and its provers send each other. PROTOCOL.md, "Provers".
 */

/** Which batches a prover takes: always those that someone asked for, and when there are none the newest full one, the oldest, or none. */
export type ProveMode = 'ask' | 'latest' | 'all'

/** What a prover needs to know of the chain: the name of the circuit, and the hash of the key that genesis pins. */
export interface ProverHello {
  circuit: string
  vkHash: string
}

/** A claimed batch. */
export interface ProverJob {
  batch: number
  /** Names the claim in the prover's reports: a UUID. */
  claim: string
  /** Records to prove, counted from the start of the batch. */
  count: number
  /** The circuit's inputs as jsonInput writes them. */
  input: Record<string, unknown>
  /** How long the claim lasts after a sign of life. */
  leaseMs: number
}

/** A proof that a prover submits. */
export interface ProverResult {
  batch: number
  count: number
  prover: string
  /** Of the job that it is the result of, if there is one. */
  claim?: string
  proof: unknown
  publicSignals: unknown
  /** Time since the claim. */
  seconds: number
  /** The program that computed it: shown to people, never trusted. */
  backend: 'engine' | 'snarkjs' | 'rapidsnark'
}

/** What a prover says of itself: shown to people, never trusted. Null is what it does not say. */
export interface ProverSelf {
  /** Version of its software. */
  version: string | null
  /** What computes its proofs. */
  backend: ProverResult['backend'] | null
  /** Threads of the engine; other programs choose theirs. */
  threads: number | null
}

/** What a prover last reported. */
export interface ProverStatus extends ProverSelf {
  prover: string
  /** The batch that it works on; null while it has none. */
  batch: number | null
  stage: string
  secondsAgo: number
}

/** The queue as `GET /prover/status` shows it. */
export interface QueueStatus extends QueueCounts {
  circuit: string
  vkHash: string
  provers: ProverStatus[]
}
