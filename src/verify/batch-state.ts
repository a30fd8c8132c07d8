import type { Poseidon } from '../crypto/poseidon.ts'
import { poseidonLite } from '../crypto/poseidon-lite.ts'
import { StateTree } from '../crypto/state-tree.ts'
import { applyGenesis } from '../ledger/apply-genesis.ts'
import { type BatchSignals, batchSignalsJson, firstBatchOf, packCounts } from '../ledger/batch.ts'
import { type DataRecord, dataRootOf, dataSignals, RECORD_DATA_BYTES } from '../ledger/batch-data.ts'
import { chainIdOf, type Genesis } from '../ledger/genesis.ts'
import { leafHash } from '../ledger/hashes.ts'
import { MAX_COUNTER, MINT } from '../ledger/params.ts'
import { isProven } from '../ledger/record.ts'
import type { Holding } from '../ledger/state.ts'
import { BatchChainError, checkKey, decodedData } from './batch-claim.ts'
import { verifyGroth16 } from './groth16.ts'

/**
 * All holdings of a chain, rebuilt from its genesis and the data of its batches alone, one after another. PROTOCOL.md, "Data of batches".
 * Whether the data is the chain's is for a proof to say: the signals of each batch are those that its proof must have.
 */
export class BatchState {
  readonly #tree: StateTree
  readonly #holdings = new Map<number, Holding>()
  readonly #chain: { chainId: bigint; batchSize: number }

  /** The state after genesis. */
  constructor(poseidon: Poseidon, genesis: Genesis) {
    this.#tree = new StateTree(poseidon, genesis.stateDepth)
    this.#chain = { chainId: chainIdOf(genesis), batchSize: genesis.batchSize }
    const { state } = applyGenesis(poseidon, genesis)
    for (let index = 0; index < state.holdingCount; index++) this.#holdings.set(index, state.holdingAt(index))
    this.#hash([...this.#holdings.keys()])
  }

  get root(): bigint {
    return this.#tree.root
  }

  /** By index. */
  get holdings(): ReadonlyMap<number, Holding> {
    return this.#holdings
  }

  /**
   * Applies the data of the next batch.
   * @param index of the batch
   * @returns the public signals that a proof of it must have
   * @throws BatchChainError BAD_DATA if it is not of 1 to B records that apply; the state is of no use then
   */
  apply(index: number, data: Uint8Array): BatchSignals {
    const { chainId, batchSize } = this.#chain
    if (data.length < RECORD_DATA_BYTES || data.length > batchSize * RECORD_DATA_BYTES)
      throw new BatchChainError('BAD_DATA', `${data.length} bytes are not of 1 to ${batchSize} records`)
    const records = decodedData(index, data)
    const stateRootBefore = this.root
    for (const [i, record] of records.entries()) {
      const fault = this.#move(record)
      if (fault !== undefined)
        throw new BatchChainError('BAD_DATA', `record ${i} of batch ${index}: ${fault}`)
    }
    this.#hash(records.flatMap(({ fromHolding, toHolding }) => [fromHolding, toHolding]))
    const recordsRoot = dataRootOf(this.#tree.poseidon, records, this.#chain)
    const proven = records.filter(isProven).length
    return {
      chainId,
      index: BigInt(index),
      stateRootBefore,
      stateRootAfter: this.root,
      recordsRoot,
      counts: packCounts({ proven, attested: records.length - proven }),
      ...dataSignals(recordsRoot, data, batchSize),
    }
  }

  /** @returns why the record does not apply; undefined if it did */
  #move(record: DataRecord): string | undefined {
    const { assetId, amount } = record
    const isRegister = record.flags >= 2
    if (amount === 0n) return 'it moves nothing'
    if (!isRegister) {
      const sender = this.#holdings.get(record.fromHolding)
      if (sender?.account !== record.from || sender.assetId !== assetId)
        return `holding ${record.fromHolding} is not the sender's`
      if (sender.outTotal !== record.fromStart) return 'fromStart is not what the sender has sent'
      const outTotal = sender.outTotal + amount
      if (outTotal > sender.inTotal) return 'the balance is too small'
      this.#holdings.set(sender.index, { ...sender, outTotal })
    }
    if (record.toHolding >= 4 ** this.#tree.depth) return 'the tree has no such holding'
    const account = isRegister ? MINT : record.to
    const known = this.#holdings.get(record.toHolding)
    const receiver = known ?? { index: record.toHolding, account, assetId, inTotal: 0n, outTotal: 0n }
    if (receiver.account !== account || receiver.assetId !== assetId || (isRegister && known !== undefined))
      return `holding ${record.toHolding} is not the receiver's`
    if (receiver.inTotal !== record.toStart) return 'toStart is not what the receiver has received'
    const inTotal = receiver.inTotal + amount
    if (inTotal > MAX_COUNTER) return 'the receiver has received too much'
    this.#holdings.set(receiver.index, { ...receiver, inTotal })
    return undefined
  }

  /** Computes the root anew. */
  #hash(indexes: readonly number[]): void {
    const { poseidon } = this.#tree
    const leaves = new Map(
      indexes.flatMap((index) => {
        const holding = this.#holdings.get(index)
        return holding === undefined ? [] : [[index, leafHash(poseidon, holding)] as const]
      }),
    )
    this.#tree.setLeaves([...leaves])
  }
}

/** A batch as someone exported it. Nothing of it is trusted. */
export interface ExportedBatch {
  index: number
  data: Uint8Array
  /** In snarkjs's format. */
  proof: unknown
  publicSignals: unknown
}

/**
 * Rebuilds the state of a chain from the data of its batches and their proofs. Trusts the genesis alone; that the records are final, and what else
 * proofs do not say, is not checked. PROTOCOL.md, "Data of batches".
 * @param verificationKey in snarkjs's format; must be the one that the genesis pins, and fit for production if the genesis says so
 * @param batches in order, from the first that is proven on
 * @returns the state after the last of them, and its index plus 1
 * @throws BatchChainError
 */
export async function rebuildState(
  genesis: Genesis,
  verificationKey: unknown,
  batches: Iterable<ExportedBatch> | AsyncIterable<ExportedBatch>,
  poseidon: Poseidon = poseidonLite,
): Promise<{ state: BatchState; end: number }> {
  checkKey(genesis, verificationKey)
  const state = new BatchState(poseidon, genesis)
  let end = firstBatchOf(genesis)
  for await (const { index, data, proof, publicSignals } of batches) {
    if (index !== end) throw new BatchChainError('BAD_CHAIN', `batch ${end} is missing`)
    const signals = batchSignalsJson(state.apply(index, data))
    if (
      !Array.isArray(publicSignals) ||
      publicSignals.length !== signals.length ||
      signals.some((signal, i) => signal !== publicSignals[i])
    )
      throw new BatchChainError('BAD_SIGNALS', `the proof of batch ${index} is of other data`)
    const fault = verifyGroth16({ verificationKey, publicSignals, proof }, genesis.provingKey.vkHash)
    if (fault !== null) throw new BatchChainError(fault, `the proof of batch ${index} does not verify`)
    end++
  }
  return { state, end }
}
