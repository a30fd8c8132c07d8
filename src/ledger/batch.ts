import { parseDecimal } from '../codec/decimal.ts'
import { R } from '../crypto/field.ts'
import { subtreeRoot } from '../crypto/merkle.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import type { Genesis } from './genesis.ts'
import { recordHash } from './hashes.ts'
import { isProven, type LedgerRecord } from './record.ts'

/**
 * A batch is a group of B records that one proof covers; B is a power of 4. Batch i has the positions i * B up to, not including, (i + 1) * B.
 * The records of genesis have their own batches, the last one padded, so that the first block begins a new batch. PROTOCOL.md, "Batch proofs".
 */

/** A range of positions or batch indexes: from `first` up to, not including, `end`. */
export interface Range {
  first: number
  end: number
}

/** Position of the first block's first record: the first multiple of B at or after the records of genesis. */
export function firstPositionOf({
  definitions,
  allocations,
  batchSize,
}: Pick<Genesis, 'definitions' | 'allocations' | 'batchSize'>): number {
  return batchCount(definitions.length + allocations.length, batchSize) * batchSize
}

/** Index of the first batch that is proven. The batches before it have the records of genesis, which are not signed. */
export function firstBatchOf(genesis: Pick<Genesis, 'definitions' | 'allocations' | 'batchSize'>): number {
  return batchAt(firstPositionOf(genesis), genesis.batchSize)
}

/** Index of the batch that contains a position. */
export function batchAt(position: number, batchSize: number): number {
  return Math.floor(position / batchSize)
}

/** The positions of a batch. */
export function positionsOf(index: number, batchSize: number): Range {
  return { first: index * batchSize, end: (index + 1) * batchSize }
}

/** First position of the batch that contains `position`. */
export function batchStart(position: number, batchSize: number): number {
  return batchAt(position, batchSize) * batchSize
}

/** Number of full batches when `end` is the position of the next record. */
export function fullBatchCount(end: number, batchSize: number): number {
  return batchAt(end, batchSize)
}

/** Number of batches when `end` is the position of the next record, including a last one that is not full. */
export function batchCount(end: number, batchSize: number): number {
  return Math.ceil(end / batchSize)
}

/** The batches that contain the records at these positions. */
export function batchesOf({ first, end }: Range, batchSize: number): Range {
  const firstBatch = batchAt(first, batchSize)
  return { first: firstBatch, end: first === end ? firstBatch : batchCount(end, batchSize) }
}

/** Levels of the history tree that one batch spans: B = 4^height. */
export function batchHeight(batchSize: number): number {
  return Math.log2(batchSize) / 2
}

/** Root over the records of a batch, at most B of them. Positions without a record are empty leaves. */
export function recordsRootOf(
  poseidon: Poseidon,
  records: readonly LedgerRecord[],
  { chainId, batchSize }: { chainId: bigint; batchSize: number },
): bigint {
  const leaves = records.map((record) => recordHash(poseidon, record, chainId))
  return subtreeRoot(poseidon, leaves, batchHeight(batchSize))
}

/** Parses a batch index; undefined if the text is not a canonical decimal below 10^15. */
export function parseBatchIndex(text: string): number | undefined {
  return /^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : undefined
}

/** The public signals of a batch proof. PROTOCOL.md, "Batch proofs". */
export interface BatchSignals {
  chainId: bigint
  index: bigint
  stateRootBefore: bigint
  stateRootAfter: bigint
  recordsRoot: bigint
  /** See packCounts. */
  counts: bigint
  /** See dataPointOf and dataValueOf. Who has not the data need not check them: recordsRoot says what the records are. */
  dataPoint: bigint
  dataValue: bigint
}

/** Order of the public signals in a proof. */
const SIGNALS = [
  'chainId',
  'index',
  'stateRootBefore',
  'stateRootAfter',
  'recordsRoot',
  'counts',
  'dataPoint',
  'dataValue',
] as const satisfies (keyof BatchSignals)[]

/** Public signals in snarkjs's format: a list of decimal strings. */
export function batchSignalsJson(signals: BatchSignals): string[] {
  return SIGNALS.map((name) => signals[name].toString())
}

/** Parses public signals; undefined unless there are exactly eight canonical decimals below r. */
export function parseBatchSignals(json: unknown): BatchSignals | undefined {
  if (!Array.isArray(json) || json.length !== SIGNALS.length) return undefined
  const values = json.map((signal) => parseDecimal(signal, R))
  if (values.includes(undefined)) return undefined
  return Object.fromEntries(SIGNALS.map((name, i) => [name, values[i]])) as unknown as BatchSignals
}

/** The number of records whose signatures are checked by the batch's proof, and of those that only the validators attest. */
export interface RecordCounts {
  proven: number
  attested: number
}

/** Counts the records of a batch. */
export function countRecords(records: readonly Pick<LedgerRecord, 'flags'>[]): RecordCounts {
  const proven = records.filter(isProven).length
  return { proven, attested: records.length - proven }
}

/** Packs both counts into one signal: proven + 2^32 * attested. */
export function packCounts({ proven, attested }: RecordCounts): bigint {
  return BigInt(proven) + (BigInt(attested) << 32n)
}

/** Unpacks the counts of a batch's signals. */
export function countsOf({ counts }: Pick<BatchSignals, 'counts'>): RecordCounts {
  return { proven: Number(counts & 0xffffffffn), attested: Number(counts >> 32n) }
}
