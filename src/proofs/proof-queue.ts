import type { Poseidon } from '../crypto/poseidon.ts'
import { firstBatchOf } from '../ledger/batch.ts'
import type { Genesis } from '../ledger/genesis.ts'
import { RejectionError, throwRejection } from '../ledger/rejection.ts'
import { pinnedKey } from '../setup/chain-key.ts'
import { type BatchCircuit, batchCircuit } from '../setup/circuits.ts'
import type { Database } from '../storage/database.ts'
import {
  addJob,
  type BatchRange,
  type Claim,
  claimJob,
  failJob,
  fullBatches,
  provenCount,
  type QueueCounts,
  queueCounts,
  releaseJob,
  removeJob,
  renewLease,
  requeueJobs,
  returnJob,
  setCount,
  unprovenBatch,
} from '../storage/proof-jobs.ts'
import { Allowance, type AllowanceLimits } from './allowance.ts'
import { jsonInput } from './batch-input.ts'
import { Batcher } from './batcher.ts'
import { KnownProvers } from './known-provers.ts'
import { ProofIntake } from './proof-intake.ts'
import { REPLAYS, type ReplayLimits } from './replay-allowance.ts'
import type {
  ProveMode,
  ProverHello,
  ProverJob,
  ProverResult,
  ProverSelf,
  ProverStatus,
  QueueStatus,
} from './wire.ts'

/**
 * Proving one batch takes seconds to minutes of a whole core, so it is done by other processes, on any number of machines. They need no trust
 * and no access to the database: this queue, which lives in the api, gives them the inputs of a batch, and stores a proof only if it verifies
 * under the key that genesis pins, against public signals that were computed here. PROTOCOL.md, "Provers" and "Batch proofs".
 *
 * - A job is a row of the table batch_job. Requested batches are claimed first. When there are none, a prover gets the newest or the oldest
 *   full batch that has no proof, or nothing, as its mode says.
 * - A claim lasts for LEASE_MS and every sign of life renews it. When it expires, the next prover gets the batch; a late proof still counts.
 * - Each claim has a name of its own, which fences it: who reports under an older one changes nothing, whatever it calls itself.
 * - A job that fails is tried again after a pause that doubles. After five attempts it is given up: it is tried once an hour, after all others,
 *   until an operator requeues it. So nobody with a prover token can keep a batch from being proven for longer than the token counts.
 * - What costs this process time and brings nothing is bounded too: a false proof under a claim is a failed attempt, and everything else, whoever
 *   sends it, draws on one allowance. So provers with a claim are not hindered by those without.
 * - So is how far the state is replayed to make the inputs of batches that are far apart (ReplayAllowance). Provers that go in order do not notice.
 * - The tail, the last batch while it is not full, can be requested too. Its proof covers `count` records, and one with more replaces it.
 * - The database holds all of this, so an api may restart at any time. Only the list of provers is kept in memory: it is for people to see.
 */

/** How long a claim lasts without a sign of life. */
const LEASE_MS = 30_000
/**
 * Proofs without a claim that are refused or were stored before, inputs asked for, and claims given back. Each costs a verification, or the circuit's
 * inputs, for which the state is replayed.
 */
const USELESS_WORK: AllowanceLimits = { atOnce: 60, everyMs: 10_000 }

export interface QueueOptions {
  /** Milliseconds since 1970. */
  now?: () => number
  /** Default USELESS_WORK. */
  useless?: AllowanceLimits
  /** Default REPLAYS. */
  replays?: ReplayLimits
}

/** Gives batches to provers and takes their proofs. */
export class ProofQueue {
  readonly circuit: BatchCircuit
  readonly #database: Database
  readonly #batcher: Batcher
  readonly #intake: ProofIntake
  readonly #vkHash: string
  readonly #firstBatch: number
  readonly #size: number
  readonly #useless: Allowance
  readonly #provers: KnownProvers

  private constructor(
    database: Database,
    poseidon: Poseidon,
    genesis: Genesis,
    circuit: BatchCircuit,
    { now = Date.now, useless = USELESS_WORK, replays = REPLAYS }: QueueOptions,
  ) {
    this.circuit = circuit
    this.#database = database
    this.#batcher = new Batcher(database, poseidon, genesis, circuit, { replays, now })
    this.#vkHash = genesis.provingKey.vkHash
    this.#size = genesis.batchSize
    this.#firstBatch = firstBatchOf(genesis)
    this.#useless = new Allowance(useless, now)
    const key = { verificationKey: pinnedKey(circuit, genesis.provingKey), vkHash: this.#vkHash }
    this.#intake = new ProofIntake(database, this.#batcher, key, this.#useless)
    this.#provers = new KnownProvers(now)
  }

  /** The queue of a chain; undefined if no circuit is shipped for its batch size and depth. @throws Failure as pinnedKey */
  static open(
    database: Database,
    poseidon: Poseidon,
    genesis: Genesis,
    options: QueueOptions = {},
  ): ProofQueue | undefined {
    const circuit = batchCircuit(genesis.batchSize, genesis.stateDepth)
    return circuit && new ProofQueue(database, poseidon, genesis, circuit, options)
  }

  /** Tells a prover which circuit and key to use; also its sign of life while it has no batch. */
  hello(prover: string, stage: string, self?: ProverSelf): ProverHello {
    this.#provers.saw(prover, { batch: null, stage, ...self })
    return { circuit: this.circuit.name, vkHash: this.#vkHash }
  }

  /**
   * Claims the next batch for a prover, for LEASE_MS; undefined when there is nothing to prove.
   * @throws RejectionError TOO_MANY_REQUESTS if it is too far from the one that was claimed last
   */
  async claim(prover: string, mode: ProveMode, self?: ProverSelf): Promise<ProverJob | undefined> {
    this.#provers.saw(prover, { batch: null, stage: 'looking for work', ...self })
    for (;;) {
      const job =
        (await claimJob(this.#database, prover, LEASE_MS)) ?? (await this.#claimUnrequested(prover, mode))
      if (job === undefined) return undefined
      const count = await this.#batcher.count(job.batch)
      if (count <= (await provenCount(this.#database, job.batch))) {
        await removeJob(this.#database, job)
        continue
      }
      await setCount(this.#database, job, count)
      try {
        const { input } = await this.#batcher.prepare(job.batch, count, 'claim')
        return { batch: job.batch, claim: job.claim, count, input: jsonInput(input), leaseMs: LEASE_MS }
      } catch (error) {
        if (error instanceof RejectionError) await returnJob(this.#database, job)
        else await failJob(this.#database, { ...job, error: String(error) })
        throw error
      }
    }
  }

  /** A sign of life of a prover that has a batch. @returns false if the claim is lost: another prover has the batch, or it is proven */
  async progress(claim: Claim, prover: string, stage: string): Promise<boolean> {
    this.#provers.saw(prover, { batch: claim.batch, stage })
    return renewLease(this.#database, { ...claim, stage, leaseMs: LEASE_MS })
  }

  /**
   * Verifies a proof and stores it, as ProofIntake does.
   * @throws RejectionError UNKNOWN_BATCH, BAD_SIGNALS, BAD_PROOF, TOO_MANY_REQUESTS
   */
  async complete(result: ProverResult): Promise<void> {
    await this.#intake.take(result)
    this.#provers.saw(result.prover, { batch: result.batch, stage: 'proven' })
  }

  /**
   * The circuit's inputs for the first `count` records of a batch.
   * @throws RejectionError UNKNOWN_BATCH, TOO_MANY_REQUESTS
   */
  async input(batch: number, count: number): Promise<Record<string, unknown>> {
    if (!this.#useless.take()) throwRejection('TOO_MANY_REQUESTS')
    await this.#batcher.check(batch, count)
    return jsonInput((await this.#batcher.prepare(batch, count, 'anyone')).input)
  }

  /** Ends a claim because the prover failed, with the reason. */
  async fail(claim: Claim, error: string): Promise<void> {
    await failJob(this.#database, { ...claim, error })
  }

  /** Ends a claim because the prover stops; it does not count as an attempt, unless that happens too often. */
  async release(claim: Claim, prover: string): Promise<void> {
    if (this.#useless.take()) await releaseJob(this.#database, claim)
    else await failJob(this.#database, { ...claim, error: 'its provers gave it back too often' })
    this.#provers.forget(prover)
  }

  /** Lets batches that were given up be tried again: one, or all. @returns their indexes */
  async requeue(batch: number | undefined): Promise<number[]> {
    return requeueJobs(this.#database, batch)
  }

  /** How many batches wait for a proof, and how fast they are proven. */
  async counts(): Promise<QueueCounts> {
    return queueCounts(this.#database, await this.#range())
  }

  /** The counts, and what each prover last reported. */
  async status(): Promise<QueueStatus> {
    return {
      circuit: this.circuit.name,
      vkHash: this.#vkHash,
      ...(await this.counts()),
      provers: this.provers(),
    }
  }

  /** What each prover last reported. */
  provers(): ProverStatus[] {
    return this.#provers.list()
  }

  /** Claims a full batch that nobody requested. */
  async #claimUnrequested(prover: string, mode: ProveMode) {
    if (mode === 'ask') return undefined
    const range = await this.#range()
    const batch = await unprovenBatch(this.#database, range, mode === 'latest' ? 'newest' : 'oldest')
    if (batch === undefined) return undefined
    await addJob(this.#database, batch)
    return claimJob(this.#database, prover, LEASE_MS)
  }

  /** The full batches, as of the newest final block. */
  async #range(): Promise<BatchRange> {
    return fullBatches(this.#database, { first: this.#firstBatch, size: this.#size })
  }
}
