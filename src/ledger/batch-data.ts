import { concatBytes } from '../codec/bytes.ts'
import { DecodeError } from '../codec/error.ts'
import { FIELD_BYTES, fieldFromBytes, fieldToBytes, R, readField } from '../crypto/field.ts'
import { h31 } from '../crypto/h31.ts'
import { subtreeRoot } from '../crypto/merkle.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import { batchHeight } from './batch.ts'
import { RECORD_WORDS, recordWords, TRANSFER_TAG } from './hashes.ts'
import { MAX_AMOUNT, MAX_COUNTER, MAX_ERA } from './params.ts'
import type { LedgerRecord, RecordFlags } from './record.ts'

/**
 * The data of a batch: the words of its records, from which anyone who has the state before it computes the state after it. A batch proof is bound
 * to them by its recordsRoot, and by the value of their polynomial, which is cheap where Poseidon is dear. PROTOCOL.md, "Data of batches".
 */

/** Bytes of a record in the data of its batch. */
export const RECORD_DATA_BYTES = FIELD_BYTES * RECORD_WORDS

/** The words of records, one after another, in 32 big-endian bytes each. */
export function encodeBatchData(records: readonly LedgerRecord[]): Uint8Array {
  return concatBytes(...records.flatMap(recordWords).map(fieldToBytes))
}

/** A record as the data of its batch has it. */
export interface DataRecord {
  /** See recordWords. */
  words: readonly bigint[]
  from: bigint
  to: bigint
  assetId: bigint
  fromStart: bigint
  amount: bigint
  fromHolding: number
  toHolding: number
  toStart: bigint
  flags: RecordFlags
}

/**
 * Decodes the data of a batch.
 * @throws DecodeError `MALFORMED` if it is not of whole records, or a part of a packed word is too wide; `NOT_CANONICAL` if a word is r or more
 */
export function decodeBatchData(data: Uint8Array): DataRecord[] {
  if (data.length % RECORD_DATA_BYTES !== 0)
    throw new DecodeError('MALFORMED', 'the data ends within a record')
  return Array.from({ length: data.length / RECORD_DATA_BYTES }, (_, i) => {
    const at = i * RECORD_DATA_BYTES
    return decodeRecord(data.subarray(at, at + RECORD_DATA_BYTES))
  })
}

function decodeRecord(bytes: Uint8Array): DataRecord {
  const words = Array.from({ length: RECORD_WORDS }, (_, i) =>
    fieldFromBytes(bytes.subarray(i * FIELD_BYTES, (i + 1) * FIELD_BYTES)),
  )
  const [from, to, assetId, units, era, , packed] = words as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ]
  const amount = units >> 120n
  if (amount > MAX_AMOUNT || era > MAX_ERA || packed >> 234n !== 0n)
    throw new DecodeError('MALFORMED', 'a number of a record is too wide')
  return {
    words,
    from,
    to,
    assetId,
    fromStart: units & MAX_COUNTER,
    amount,
    fromHolding: Number(packed & 0xffffffffn),
    toHolding: Number((packed >> 32n) & 0xffffffffn),
    toStart: (packed >> 64n) & MAX_COUNTER,
    flags: Number((packed >> 184n) & 3n) as RecordFlags,
  }
}

/** The recordsRoot of the batch that has this data. */
export function dataRootOf(
  poseidon: Poseidon,
  records: readonly DataRecord[],
  { chainId, batchSize }: { chainId: bigint; batchSize: number },
): bigint {
  const leaves = records.map(({ words }) => {
    const content = poseidon.hash([TRANSFER_TAG, chainId, ...words.slice(0, -1)])
    return poseidon.hash([content, words.at(-1)!])
  })
  return subtreeRoot(poseidon, leaves, batchHeight(batchSize))
}

/** The point at which a batch proof states the value of its data: H31(recordsRoot || data). So it is known only once both are. */
export function dataPointOf(recordsRoot: bigint, data: Uint8Array): bigint {
  return h31(concatBytes(fieldToBytes(recordsRoot), data))
}

/**
 * The value at a point of the polynomial whose coefficients are the words of a batch, the highest first.
 * @param slots of the batch: those behind the records have words of 0
 */
export function dataValueOf(data: Uint8Array, slots: number, point: bigint): bigint {
  let value = 0n
  for (let at = 0; at < RECORD_DATA_BYTES * slots; at += FIELD_BYTES)
    value = (value * point + (at < data.length ? readField(data, at) : 0n)) % R
  return value
}

/** The public signals that bind a proof to data. @param slots of the batch */
export function dataSignals(
  recordsRoot: bigint,
  data: Uint8Array,
  slots: number,
): { dataPoint: bigint; dataValue: bigint } {
  const dataPoint = dataPointOf(recordsRoot, data)
  return { dataPoint, dataValue: dataValueOf(data, slots, dataPoint) }
}
