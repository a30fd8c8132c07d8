import { hexToBytes } from '../codec/bytes.ts'
import { RejectionError, throwRejection } from '../ledger/rejection.ts'
import type { Database } from '../storage/database.ts'
import { failJob, isClaimed, storeProof } from '../storage/proof-jobs.ts'
import { verifyGroth16 } from '../verify/groth16.ts'
import { proofFromBytes, proofToBytes } from '../verify/point-bytes.ts'
import type { Allowance } from './allowance.ts'
import type { Batcher } from './batcher.ts'
import type { Asker } from './replay-allowance.ts'
import type { ProverResult } from './wire.ts'

/** The key that proofs must be of. */
export interface PinnedKey {
  /** In snarkjs's format. */
  verificationKey: unknown
  /** 64 hex digits. */
  vkHash: string
}

/**
 * Checks the proofs that provers send, and stores those that verify. A proof under a claim is always checked, and a false one is a failed attempt at
 * its batch; one without a claim draws on an allowance if it brings nothing. So the work for false proofs is bounded, and those who send them do not
 * hinder whoever has a claim.
 */
export class ProofIntake {
  readonly #database: Database
  readonly #batcher: Batcher
  readonly #key: PinnedKey
  readonly #useless: Allowance
  /** Claims under which a proof is being checked: one at a time for each. */
  readonly #checking = new Set<string>()

  constructor(database: Database, batcher: Batcher, key: PinnedKey, useless: Allowance) {
    this.#database = database
    this.#batcher = batcher
    this.#key = key
    this.#useless = useless
  }

  /**
   * Verifies a proof and stores it.
   * @throws RejectionError UNKNOWN_BATCH, BAD_SIGNALS, BAD_PROOF; TOO_MANY_REQUESTS if it has no claim, another proof is being checked under it, or
   * the state would have to be replayed too far
   */
  async take(result: ProverResult): Promise<void> {
    const { batch, count, claim } = result
    const isOwn = claim !== undefined && (await isClaimed(this.#database, { batch, claim, count }))
    if (!isOwn || this.#checking.has(claim)) return this.#takeUnclaimed(result)
    this.#checking.add(claim)
    try {
      await this.#check(result, 'claim')
    } catch (error) {
      if (error instanceof RejectionError && error.rejection.code !== 'TOO_MANY_REQUESTS')
        await failJob(this.#database, { batch, claim, error: error.rejection.code })
      throw error
    } finally {
      this.#checking.delete(claim)
    }
  }

  /** The allowance is used before the check, so that many at once do not slip through, and given back if the proof was worth it or the check failed. */
  async #takeUnclaimed(result: ProverResult): Promise<void> {
    if (!this.#useless.take()) throwRejection('TOO_MANY_REQUESTS')
    let isUseless = false
    try {
      isUseless = !(await this.#check(result, 'anyone'))
    } catch (error) {
      isUseless = error instanceof RejectionError
      throw error
    } finally {
      if (!isUseless) this.#useless.giveBack()
    }
  }

  /** @returns whether it was stored: false if one as good was there */
  async #check(
    { batch, count, publicSignals, proof, seconds, prover, backend }: ProverResult,
    asker: Asker,
  ): Promise<boolean> {
    await this.#batcher.check(batch, count)
    const expected = await this.#batcher.signals(batch, count, asker)
    if (JSON.stringify(publicSignals) !== JSON.stringify(expected))
      throwRejection('BAD_SIGNALS', { batch: String(batch) })
    const { verificationKey, vkHash } = this.#key
    const fault = verifyGroth16({ verificationKey, publicSignals: expected, proof }, vkHash)
    if (fault !== null) throwRejection('BAD_PROOF', { batch: String(batch), fault })
    // In its one form: what a prover sends beside the points is not checked.
    const checked = proofFromBytes(proofToBytes(proof))
    const stored = { batch, count, proof: checked, publicSignals: expected, vkHash: hexToBytes(vkHash) }
    return storeProof(
      this.#database,
      { ...stored, seconds, prover, backend },
      await this.#batcher.count(batch),
    )
  }
}
