import { parseDecimal } from '../codec/decimal.ts'
import { R } from '../crypto/field.ts'
import { subtreeRoot } from '../crypto/merkle.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import type { Genesis } from './genesis.ts'
import { recordHash } from './hashes.ts'
import type { LedgerRecord } from './record.ts'

/**
 * Batches: records in groups of B, a power of 4, which one proof covers. Batch i holds the positions from i * B up to (i + 1) * B. The records of
 * genesis fill batches of their own, the last one padded, so that the first block begins a batch. PROTOCOL.md, "Batch proofs".
 */

/** Positions, or indexes of batches: `first` and those after it, below `end`. */
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

/** Index of the first batch that is proven: those before it hold the records of genesis, which nobody signed. */
export function firstBatchOf(genesis: Pick<Genesis, 'definitions' | 'allocations' | 'batchSize'>): number {
  return batchAt(firstPositionOf(genesis), genesis.batchSize)
}

/** Index of the batch that a position is in. */
export function batchAt(position: number, batchSize: number): number {
  return Math.floor(position / batchSize)
}

/** The positions of a batch. */
export function positionsOf(index: number, batchSize: number): Range {
  return { first: index * batchSize, end: (index + 1) * batchSize }
}

/** Position at which the batch of `position` begins. */
export function batchStart(position: number, batchSize: number): number {
  return batchAt(position, batchSize) * batchSize
}

/** How many batches are full when the next record goes to `end`. */
export function fullBatchCount(end: number, batchSize: number): number {
  return batchAt(end, batchSize)
}

/** How many batches there are when the next record goes to `end`, one that is not full included. */
export function batchCount(end: number, batchSize: number): number {
  return Math.ceil(end / batchSize)
}

/** The batches that the records at these positions are in. */
export function batchesOf({ first, end }: Range, batchSize: number): Range {
  const firstBatch = batchAt(first, batchSize)
  return { first: firstBatch, end: first === end ? firstBatch : batchCount(end, batchSize) }
}

/** Levels of the history tree above the records of one batch: B = 4^height. */
export function batchHeight(batchSize: number): number {
  return Math.log2(batchSize) / 2
}

/** Root over a batch's records, at most B of them; the other positions are empty. */
export function recordsRootOf(
  poseidon: Poseidon,
  records: readonly LedgerRecord[],
  { chainId, batchSize }: { chainId: bigint; batchSize: number },
): bigint {
  const leaves = records.map((record) => recordHash(poseidon, record, chainId))
  return subtreeRoot(poseidon, leaves, batchHeight(batchSize))
}

/** The batch that a decimal index names; undefined if it is not one. */
export function parseBatchIndex(text: string): number | undefined {
  return /^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : undefined
}

/** The public signals of a batch proof by name, in their order. PROTOCOL.md, "Batch proofs". */
export interface BatchSignals {
  chainId: bigint
  index: bigint
  stateRootBefore: bigint
  stateRootAfter: bigint
  recordsRoot: bigint
  /** See packCounts. */
  counts: bigint
}

const SIGNALS = [
  'chainId',
  'index',
  'stateRootBefore',
  'stateRootAfter',
  'recordsRoot',
  'counts',
] as const satisfies (keyof BatchSignals)[]

/** Public signals as snarkjs writes them: a list of decimals. */
export function batchSignalsJson(signals: BatchSignals): string[] {
  return SIGNALS.map((name) => signals[name].toString())
}

/** Reads public signals; undefined unless there are exactly six canonical decimals below r. */
export function parseBatchSignals(json: unknown): BatchSignals | undefined {
  if (!Array.isArray(json) || json.length !== SIGNALS.length) return undefined
  const values = json.map((signal) => parseDecimal(signal, R))
  if (values.includes(undefined)) return undefined
  return Object.fromEntries(SIGNALS.map((name, i) => [name, values[i]])) as unknown as BatchSignals
}

/** How many records of a batch have their signatures checked by its proof, and how many are only attested by the validators. */
export interface RecordCounts {
  proven: number
  attested: number
}

/** Counts the records of a batch. */
export function countRecords(records: readonly Pick<LedgerRecord, 'flags'>[]): RecordCounts {
  const proven = records.filter(({ flags }) => flags === 0).length
  return { proven, attested: records.length - proven }
}

/** Both counts in one signal: proven + 2^32 * attested. */
export function packCounts({ proven, attested }: RecordCounts): bigint {
  return BigInt(proven) + (BigInt(attested) << 32n)
}

/** The counts in a batch's signals. */
export function countsOf({ counts }: Pick<BatchSignals, 'counts'>): RecordCounts {
  return { proven: Number(counts & 0xffffffffn), attested: Number(counts >> 32n) }
}
