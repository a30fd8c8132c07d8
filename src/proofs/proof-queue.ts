import { hexToBytes } from '../codec/bytes.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import { firstBatchOf, positionsOf } from '../ledger/batch.ts'
import type { Genesis } from '../ledger/genesis.ts'
import { throwRejection } from '../ledger/rejection.ts'
import { pinnedKey } from '../setup/chain-key.ts'
import { batchCircuit, type Circuit } from '../setup/circuits.ts'
import type { Database } from '../storage/database.ts'
import {
  addJob,
  type BatchRange,
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
  storeProof,
  unprovenBatch,
} from '../storage/proof-jobs.ts'
import { verifyGroth16 } from '../verify/groth16.ts'
import { jsonInput } from './batch-input.ts'
import { Batcher } from './batcher.ts'
import type { ProveMode, ProverHello, ProverJob, ProverResult, ProverStatus, QueueStatus } from './wire.ts'

const LEASE_MS = 30_000
/** Provers remembered, and for how long. */
const MAX_PROVERS = 100
const FORGET_MS = 120_000

/**
 * The provers' queue: hands out batches and takes proofs in. A proof counts only if it verifies against public signals that were computed
 * here, so provers need no trust. PROTOCOL.md, "Batch proofs".
 */
export class ProofQueue {
  readonly circuit: Circuit
  readonly #database: Database
  readonly #batcher: Batcher
  readonly #verificationKey: unknown
  readonly #vkHash: string
  readonly #firstBatch: number
  readonly #size: number
  readonly #now: () => number
  readonly #provers = new Map<string, { stage: string; seenAt: number }>()

  private constructor(
    database: Database,
    poseidon: Poseidon,
    genesis: Genesis,
    circuit: Circuit,
    now: () => number,
  ) {
    this.circuit = circuit
    this.#database = database
    this.#batcher = new Batcher(database, poseidon, genesis, circuit)
    this.#verificationKey = pinnedKey(circuit, genesis.provingKey)
    this.#vkHash = genesis.provingKey.vkHash
    this.#size = genesis.batchSize
    this.#firstBatch = firstBatchOf(genesis)
    this.#now = now
  }

  /** The queue of a chain; undefined if no circuit is shipped for its batch size and depth. @throws Failure as pinnedKey */
  static open(
    database: Database,
    poseidon: Poseidon,
    genesis: Genesis,
    now: () => number = Date.now,
  ): ProofQueue | undefined {
    const circuit = batchCircuit(genesis.batchSize, genesis.stateDepth)
    return circuit && new ProofQueue(database, poseidon, genesis, circuit, now)
  }

  /** A prover's greeting and its sign of life while it is not at work on a batch. */
  hello(prover: string, stage: string): ProverHello {
    this.#saw(prover, stage)
    return { circuit: this.circuit.name, vkHash: this.#vkHash }
  }

  /** The next batch to prove, claimed for half a minute at a time; undefined when there is nothing to do. */
  async claim(prover: string, mode: ProveMode): Promise<ProverJob | undefined> {
    this.#saw(prover, 'looking for work')
    for (;;) {
      const job = (await claimJob(this.#database, prover, LEASE_MS)) ?? (await this.#unasked(prover, mode))
      if (job === undefined) return undefined
      const count = await this.#count(job.batch)
      if (count <= (await provenCount(this.#database, job.batch))) {
        await removeJob(this.#database, job.batch)
        continue
      }
      try {
        const { input } = await this.#batcher.prepare(job.batch, count)
        return { batch: job.batch, count, input: jsonInput(input), leaseMs: LEASE_MS }
      } catch (error) {
        await failJob(this.#database, { batch: job.batch, prover, error: String(error) })
        throw error
      }
    }
  }

  /** A sign of life while at work. @returns false if the claim is lost: another prover has it, or it is proven */
  async progress(batch: number, prover: string, stage: string): Promise<boolean> {
    this.#saw(prover, `batch ${batch}: ${stage}`)
    return renewLease(this.#database, { batch, prover, stage, leaseMs: LEASE_MS })
  }

  /**
   * Takes a proof in, late ones and those of lost claims too.
   * @throws RejectionError UNKNOWN_BATCH, BAD_SIGNALS, BAD_PROOF
   */
  async complete(result: ProverResult): Promise<void> {
    const { batch, count, prover, proof, publicSignals, seconds, backend } = result
    await this.#checkBatch(batch, count)
    const expected = (await this.#batcher.prepare(batch, count)).publicSignals
    if (JSON.stringify(publicSignals) !== JSON.stringify(expected))
      throwRejection('BAD_SIGNALS', { batch: String(batch) })
    const claim = { verificationKey: this.#verificationKey, publicSignals: expected, proof }
    const fault = verifyGroth16(claim, this.#vkHash)
    if (fault !== null) throwRejection('BAD_PROOF', { batch: String(batch), fault })
    await storeProof(this.#database, {
      batch,
      count,
      proof,
      publicSignals: expected,
      vkHash: hexToBytes(this.#vkHash),
      seconds,
      prover,
      backend,
    })
    this.#saw(prover, `batch ${batch}: proven`)
  }

  /**
   * The circuit's inputs for the first `count` records of a batch.
   * @throws RejectionError UNKNOWN_BATCH
   */
  async input(batch: number, count: number): Promise<Record<string, unknown>> {
    await this.#checkBatch(batch, count)
    return jsonInput((await this.#batcher.prepare(batch, count)).input)
  }

  /** Gives work back with the reason. */
  async fail(batch: number, prover: string, error: string): Promise<void> {
    await failJob(this.#database, { batch, prover, error })
  }

  /** Gives work back because the prover stops. */
  async release(batch: number, prover: string): Promise<void> {
    await releaseJob(this.#database, batch, prover)
    this.#provers.delete(prover)
  }

  /** Gives what was given up another chance: one batch, or all. @returns their indexes */
  async requeue(batch: number | undefined): Promise<number[]> {
    return requeueJobs(this.#database, batch)
  }

  /** How much there is to prove. */
  async counts(): Promise<QueueCounts> {
    return queueCounts(this.#database, await this.#range())
  }

  /** What the provers are doing, and how much there is to do. */
  async status(): Promise<QueueStatus> {
    const now = this.#now()
    const provers: ProverStatus[] = [...this.#provers].map(([prover, { stage, seenAt }]) => ({
      prover,
      stage,
      secondsAgo: Math.round((now - seenAt) / 1_000),
    }))
    return {
      circuit: this.circuit.name,
      vkHash: this.#vkHash,
      ...(await this.counts()),
      provers,
    }
  }

  /** Claims a full batch that nobody asked for. */
  async #unasked(prover: string, mode: ProveMode) {
    if (mode === 'ask') return undefined
    const range = await this.#range()
    const batch = await unprovenBatch(this.#database, range, mode === 'latest' ? 'newest' : 'oldest')
    if (batch === undefined) return undefined
    await addJob(this.#database, batch)
    return claimJob(this.#database, prover, LEASE_MS)
  }

  /** The full batches. */
  async #range(): Promise<BatchRange> {
    return fullBatches(this.#database, { first: this.#firstBatch, size: this.#size })
  }

  async #checkBatch(batch: number, count: number): Promise<void> {
    if (batch < this.#firstBatch || count < 1 || count > (await this.#count(batch))) {
      throwRejection('UNKNOWN_BATCH', { batch: String(batch) })
    }
  }

  /** Records of a batch that are final. */
  async #count(batch: number): Promise<number> {
    return Math.max(
      0,
      Math.min(this.#size, (await this.#batcher.end()) - positionsOf(batch, this.#size).first),
    )
  }

  #saw(prover: string, stage: string): void {
    const now = this.#now()
    this.#provers.delete(prover)
    this.#provers.set(prover, { stage, seenAt: now })
    for (const [name, { seenAt }] of this.#provers) {
      if (now - seenAt > FORGET_MS || this.#provers.size > MAX_PROVERS) this.#provers.delete(name)
    }
  }
}
