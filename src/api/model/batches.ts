import { bytesToHex } from '../../codec/bytes.ts'
import { subtreeRoot } from '../../crypto/merkle.ts'
import {
  batchCount as batchesUpTo,
  batchHeight,
  countRecords,
  firstBatchOf,
  positionsOf,
  type Range,
  type RecordCounts,
} from '../../ledger/batch.ts'
import { encodeBatchData } from '../../ledger/batch-data.ts'
import { recordHash } from '../../ledger/hashes.ts'
import { throwRejection } from '../../ledger/rejection.ts'
import { fullBatches, type QueueCounts, queueCounts } from '../../storage/proof-jobs.ts'
import { requestBatchProof } from '../../storage/reads/batches.ts'
import type { BlockRow } from '../../storage/reads/blocks.ts'
import type { TransferRow } from '../../storage/reads/rows.ts'
import { turns, type Waiter } from '../budget/turns.ts'
import type { BatchStatus } from '../generated/resolvers.ts'
import { REQUESTED_PROOFS } from '../limits.ts'
import type { Loaders } from '../request/loaders.ts'
import { endOf } from '../request/loaders.ts'
import type { BatchModel } from '../request/models.ts'
import type { ApiServices } from '../request/services.ts'

/** Position of the next record after a block. After genesis it is the first position of the next batch. */
export function nextPosition({ services }: Loaders, block: BlockRow): number {
  return block.header.height === 0 ? services.firstPosition : endOf(block)
}

/** Number of batches as of a block, including the tail. */
export function batchCount(loaders: Loaders, block: BlockRow): number {
  return batchesUpTo(nextPosition(loaders, block), loaders.services.genesis.batchSize)
}

/** The batch of an index; null if the history does not reach it yet. */
export async function batchOrNull(loaders: Loaders, index: number): Promise<BatchModel | null> {
  return index < batchCount(loaders, await loaders.tip()) ? { index } : null
}

/** How many batches wait for a proof, and how many are proven. */
export async function proofCounts({ database, genesis }: ApiServices): Promise<QueueCounts> {
  const range = { first: firstBatchOf(genesis), size: genesis.batchSize }
  return queueCounts(database, await fullBatches(database, range))
}

/** Positions of a batch: [first, end). */
export function batchRange({ services }: Loaders, index: number): Range {
  return positionsOf(index, services.genesis.batchSize)
}

/** The records of a batch as of the block. The last batch of genesis may have empty positions at its end. */
function batchRecords(loaders: Loaders, index: number): Promise<TransferRow[]> {
  return loaders.once(`batch ${index}`, async () => {
    const { first, end } = batchRange(loaders, index)
    const positions = Array.from({ length: end - first }, (_, i) => first + i)
    const records = await Promise.all(positions.map((position) => loaders.transferAt(position)))
    return records.filter((record) => record !== null)
  })
}

/** Number of records in a batch as of the block. */
export async function recordCount(loaders: Loaders, index: number): Promise<number> {
  const { definitions, allocations } = loaders.services.genesis
  const { first, end } = batchRange(loaders, index)
  const isGenesis = first < loaders.services.firstPosition
  const next = isGenesis ? definitions.length + allocations.length : await loaders.end()
  return Math.max(0, Math.min(end, next) - first)
}

/** How many records of a batch its proof checks, and how many only the validators attest. */
export function recordCounts(loaders: Loaders, index: number): Promise<RecordCounts> {
  return loaders.once(`counts of batch ${index}`, async () =>
    countRecords(await batchRecords(loaders, index)),
  )
}

/** Root over the records of a batch before a position, or over all of them as of the block. */
export async function recordsRoot(
  loaders: Loaders,
  index: number,
  before = Number.POSITIVE_INFINITY,
): Promise<bigint> {
  return loaders.once(`root of batch ${index} before ${before}`, async () => {
    const { poseidon, chainId, genesis } = loaders.services
    const leaves: bigint[] = []
    const waiter: Waiter = { waiting: [], weight: 'heavy' }
    for (const record of await batchRecords(loaders, index)) {
      if (record.position >= before) break
      if (turns.isOverNow(waiter.weight)) await turns.next(waiter)
      leaves.push(recordHash(poseidon, record, chainId))
    }
    return subtreeRoot(poseidon, leaves, batchHeight(genesis.batchSize))
  })
}

/** The words of a batch's records as of the block, in hexadecimal. */
export async function batchData(loaders: Loaders, index: number): Promise<string> {
  return bytesToHex(encodeBatchData(await batchRecords(loaders, index)))
}

/** True if no further record can enter a batch. */
export async function isFull(loaders: Loaders, index: number): Promise<boolean> {
  return batchRange(loaders, index).end <= nextPosition(loaders, await loaders.tip())
}

/** The state of a batch's proof. The proof of a tail counts until a proof with more records is requested or made. */
export async function batchStatus(loaders: Loaders, index: number): Promise<BatchStatus> {
  if (index < firstBatchOf(loaders.services.genesis)) return 'GENESIS'
  const [proof, job, full, count] = await Promise.all([
    loaders.batchProofs.load(index),
    loaders.batchJobs.load(index),
    isFull(loaders, index),
    recordCount(loaders, index),
  ])
  if (proof && proof.count >= count) return 'PROVEN'
  if (job?.dead) return 'DEAD'
  if (job) return job.claimed ? 'PROVING' : job.error === null ? 'QUEUED' : 'FAILED'
  return full ? 'UNPROVEN' : 'WAITING'
}

/**
 * Moves a batch to the front of the provers' queue, on behalf of a client.
 * @throws RejectionError UNKNOWN_BATCH, NOTHING_TO_PROVE (genesis), TOO_MANY_REQUESTS
 */
export async function requestProof(loaders: Loaders, index: number, client: string): Promise<BatchModel> {
  const batch = (await batchOrNull(loaders, index)) ?? throwRejection('UNKNOWN_BATCH', { batch: index })
  const status = await batchStatus(loaders, batch.index)
  if (status === 'GENESIS')
    throwRejection('NOTHING_TO_PROVE', { batch: index, reason: 'genesis is computed' })
  if (status === 'PROVEN') return batch
  const taken = await requestBatchProof(loaders.services.primary, batch.index, client, REQUESTED_PROOFS)
  if (!taken) throwRejection('TOO_MANY_REQUESTS', { max: REQUESTED_PROOFS.perClient })
  loaders.batchJobs.clear(batch.index)
  return batch
}
