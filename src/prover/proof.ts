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
