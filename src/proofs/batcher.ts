import type { Poseidon } from '../crypto/poseidon.ts'
import { batchSignalsJson, firstBatchOf, positionsOf } from '../ledger/batch.ts'
import { chainIdOf, type Genesis } from '../ledger/genesis.ts'
import { throwRejection } from '../ledger/rejection.ts'
import { type BatchCircuit, batchSizeOf } from '../setup/circuits.ts'
import type { Database } from '../storage/database.ts'
import { nextPosition } from '../storage/heights.ts'
import { readAssets } from '../storage/reads/assets.ts'
import { holdingsBefore } from '../storage/reads/holdings.ts'
import { readSigned, readTransfers } from '../storage/reads/transfers.ts'
import { type BatchInput, batchInput } from './batch-input.ts'
import { StateAt } from './state-replay.ts'

/** A batch ready to be proven. */
export interface PreparedBatch {
  input: BatchInput
  publicSignals: string[]
}

/**
 * Makes the circuit's inputs for any batch of the final history from storage. It runs in the api, which has access to the database; provers
 * receive the inputs.
 */
export class Batcher {
  readonly #database: Database
  readonly #poseidon: Poseidon
  readonly #circuit: BatchCircuit
  readonly #chainId: bigint
  readonly #firstBatch: number
  #state: StateAt | undefined
  /** Batches are prepared one at a time, because they share a tree. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(database: Database, poseidon: Poseidon, genesis: Genesis, circuit: BatchCircuit) {
    this.#database = database
    this.#poseidon = poseidon
    this.#circuit = circuit
    this.#chainId = chainIdOf(genesis)
    this.#firstBatch = firstBatchOf(genesis)
  }

  /** How many final records a batch has. */
  async count(index: number): Promise<number> {
    const { first, end } = positionsOf(index, batchSizeOf(this.#circuit))
    return Math.max(0, Math.min(end, await nextPosition(this.#database)) - first)
  }

  /** @throws RejectionError UNKNOWN_BATCH unless it is a batch that is proven, and has so many final records */
  async check(index: number, count: number): Promise<void> {
    if (index < this.#firstBatch || count < 1 || count > (await this.count(index)))
      throwRejection('UNKNOWN_BATCH', { batch: String(index) })
  }

  /**
   * Prepares the first `count` records of a batch, which must be final.
   * @throws Error if storage contradicts itself
   */
  prepare(index: number, count: number): Promise<PreparedBatch> {
    const prepared = this.#last.then(() => this.#prepare(index, count))
    this.#last = prepared.catch(() => {
      // The tree may be between two positions now: load it again.
      this.#state = undefined
    })
    return prepared
  }

  async #prepare(index: number, count: number): Promise<PreparedBatch> {
    const { parameters } = this.#circuit
    const { first } = positionsOf(index, batchSizeOf(this.#circuit))
    const positions = Array.from({ length: count }, (_, i) => first + i)
    const [records, signed] = await Promise.all([
      readTransfers(this.#database, positions),
      readSigned(this.#database, positions),
    ])
    if (records.length !== count) throw new Error(`batch ${index} has not ${count} records`)
    records.sort((a, b) => a.position - b.position)
    const touched = new Set([0, ...records.flatMap((record) => [record.fromHolding, record.toHolding])])
    const holdings = await holdingsBefore(this.#database, [...touched], first)
    const ids = new Set([...records, ...holdings.values()].map(({ assetId }) => assetId))
    const assets = await readAssets(this.#database, [...ids])
    this.#state ??= await StateAt.open(this.#database, this.#poseidon, parameters.depth)
    const input = batchInput(parameters, await this.#state.seek(first), {
      chainId: this.#chainId,
      index,
      records,
      signatures: new Map(signed.map((row) => [row.position, row])),
      assets: new Map(assets.map((asset) => [asset.id, asset])),
      holdings,
    })
    return { input, publicSignals: batchSignalsJson(input) }
  }
}
