import type { Poseidon } from '../crypto/poseidon.ts'
import { batchSignalsJson, firstBatchOf, positionsOf } from '../ledger/batch.ts'
import { chainIdOf, type Genesis } from '../ledger/genesis.ts'
import { RejectionError, throwRejection } from '../ledger/rejection.ts'
import { type BatchCircuit, batchSizeOf } from '../setup/circuits.ts'
import type { Database } from '../storage/database.ts'
import { nextPosition } from '../storage/heights.ts'
import { readAssets } from '../storage/reads/assets.ts'
import { holdingsBefore } from '../storage/reads/holdings.ts'
import { readSigned, readTransfers } from '../storage/reads/transfers.ts'
import { type BatchInput, batchInput } from './batch-input.ts'
import { type Asker, ReplayAllowance, type ReplayLimits } from './replay-allowance.ts'
import { StateAt } from './state-replay.ts'

/** Batches whose public signals are kept, 1 KiB each: what is claimed is proven soon. */
const KEPT_SIGNALS = 1_024

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
  readonly #replays: ReplayAllowance
  /** Those of the batches that were prepared last, by index and count; they never change, as the records are final. */
  readonly #signals = new Map<string, string[]>()
  #state: StateAt | undefined
  /** Batches are prepared one at a time, because they share a tree. */
  #last: Promise<unknown> = Promise.resolve()

  /** @param now milliseconds of any clock */
  constructor(
    database: Database,
    poseidon: Poseidon,
    genesis: Genesis,
    circuit: BatchCircuit,
    { replays, now }: { replays: ReplayLimits; now: () => number },
  ) {
    this.#database = database
    this.#poseidon = poseidon
    this.#circuit = circuit
    this.#chainId = chainIdOf(genesis)
    this.#firstBatch = firstBatchOf(genesis)
    this.#replays = new ReplayAllowance(replays, now)
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
   * The public signals of the first `count` records of a batch, which must be final. Those of a batch that was prepared not long ago take no replay.
   * @throws as prepare
   */
  async signals(index: number, count: number, asker: Asker): Promise<string[]> {
    return this.#signals.get(keyOf(index, count)) ?? (await this.prepare(index, count, asker)).publicSignals
  }

  /**
   * Prepares the first `count` records of a batch, which must be final.
   * @throws RejectionError TOO_MANY_REQUESTS if the state would have to be replayed too far; Error if storage contradicts itself
   */
  prepare(index: number, count: number, asker: Asker): Promise<PreparedBatch> {
    const prepared = this.#last.then(() => this.#prepare(index, count, asker))
    this.#last = prepared.then(
      ({ publicSignals }) => this.#keep(keyOf(index, count), publicSignals),
      (error) => {
        // The tree may be between two positions now, unless it was not touched: load it again.
        if (!(error instanceof RejectionError)) this.#state = undefined
      },
    )
    return prepared
  }

  #keep(key: string, publicSignals: string[]): void {
    this.#signals.delete(key)
    this.#signals.set(key, publicSignals)
    if (this.#signals.size > KEPT_SIGNALS) this.#signals.delete(this.#signals.keys().next().value!)
  }

  async #prepare(index: number, count: number, asker: Asker): Promise<PreparedBatch> {
    const { parameters } = this.#circuit
    const { first } = positionsOf(index, batchSizeOf(this.#circuit))
    this.#state ??= await StateAt.open(this.#database, this.#poseidon, parameters.depth)
    if (!this.#replays.take(asker, this.#state.position, first)) throwRejection('TOO_MANY_REQUESTS')
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

function keyOf(index: number, count: number): string {
  return `${index}:${count}`
}
