import { DecodeError } from '../codec/error.ts'
import { isField } from '../crypto/field.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import { type BatchSignals, countsOf, parseBatchSignals } from '../ledger/batch.ts'
import {
  type DataRecord,
  dataRootOf,
  dataSignals,
  decodeBatchData,
  RECORD_DATA_BYTES,
} from '../ledger/batch-data.ts'
import { chainIdOf, type Genesis } from '../ledger/genesis.ts'
import { type ProofFault, verifyGroth16 } from './groth16.ts'
import { checkProductionKey, type KeyFault, parseVerificationKey } from './verification-key.ts'

/** A batch as a node describes it. Nothing of it is trusted. */
export interface BatchClaim {
  index: number
  /** Root over its records before the header's position. */
  recordsRoot: bigint
  /** In snarkjs's format; null if there is no proof that covers all records of the full batch. */
  proof: unknown
  publicSignals: unknown
  /** See encodeBatchData. If it is given, it is compared with the recordsRoot. */
  data?: Uint8Array | undefined
}

type BatchChainFault =
  /** A header, a certificate or a batch cannot be read. */
  | 'MALFORMED'
  | 'BAD_CERTIFICATE'
  | 'BAD_HISTORY'
  | 'BAD_SIGNALS'
  | 'BAD_CHAIN'
  | 'BAD_DATA'
  | Exclude<ProofFault | KeyFault, null>

/** The reason why a chain of batches is not valid. */
export class BatchChainError extends Error {
  readonly code: BatchChainFault

  constructor(code: BatchChainFault, message: string) {
    super(message)
    this.code = code
  }
}

/** A key that anyone can forge with proves nothing of a chain for production, whatever its genesis pins. */
export function checkKey(genesis: Genesis, verificationKey: unknown): void {
  if (genesis.provingKey.kind === 'development') return
  const key = parseVerificationKey(verificationKey)
  const fault = key === undefined ? 'BAD_VERIFICATION_KEY' : checkProductionKey(key)
  if (fault !== null)
    throw new BatchChainError(fault, 'the key is not fit for the production that the genesis states')
}

/** What a source passes on may have other types than it says. @throws BatchChainError MALFORMED, or BAD_CHAIN if it is not this batch */
export function checkForm(claim: BatchClaim | undefined | null, index: number): void {
  if (claim?.index !== index) throw new BatchChainError('BAD_CHAIN', `batch ${index} is missing`)
  const { recordsRoot, data } = claim
  if (typeof recordsRoot !== 'bigint' || !isField(recordsRoot))
    throw new BatchChainError('MALFORMED', `the recordsRoot of batch ${index} is not a field element`)
  if (data !== undefined && !ArrayBuffer.isView(data))
    throw new BatchChainError('MALFORMED', `the data of batch ${index} is not bytes`)
}

/** Verifies the proof of one full batch; at which state it begins is left to the caller. @returns its public signals @throws BatchChainError */
export function checkBatch(
  genesis: Genesis,
  verificationKey: unknown,
  { index, proof, publicSignals, recordsRoot }: BatchClaim,
): BatchSignals {
  const fault = verifyGroth16({ verificationKey, publicSignals, proof }, genesis.provingKey.vkHash)
  if (fault !== null) throw new BatchChainError(fault, `the proof of batch ${index} does not verify`)
  const signals = parseBatchSignals(publicSignals)
  if (signals === undefined) throw new BatchChainError('BAD_SIGNALS', `batch ${index} has other signals`)
  const { proven, attested } = countsOf(signals)
  const expected: [what: string, isRight: boolean][] = [
    ['another chain', signals.chainId === chainIdOf(genesis)],
    ['another place', signals.index === BigInt(index)],
    ['other records', signals.recordsRoot === recordsRoot],
    ['fewer records than it holds', proven + attested === genesis.batchSize],
  ]
  for (const [what, isRight] of expected)
    if (!isRight) throw new BatchChainError('BAD_SIGNALS', `the proof of batch ${index} is of ${what}`)
  return signals
}

/**
 * Compares the data of a full batch, if it is given, with the signals that its proof is for: first what costs least.
 * @throws BatchChainError BAD_DATA
 */
export function checkData(
  poseidon: Poseidon,
  genesis: Genesis,
  { index, data }: BatchClaim,
  { recordsRoot, ...signals }: BatchSignals,
): void {
  if (data === undefined) return
  const { batchSize } = genesis
  const isOfSignals = () => {
    const { dataPoint, dataValue } = dataSignals(recordsRoot, data, batchSize)
    return dataPoint === signals.dataPoint && dataValue === signals.dataValue
  }
  const rootOf = (records: DataRecord[]) =>
    dataRootOf(poseidon, records, { chainId: chainIdOf(genesis), batchSize })
  const isRight =
    data.length === batchSize * RECORD_DATA_BYTES &&
    isOfSignals() &&
    rootOf(decodedData(index, data)) === recordsRoot
  if (!isRight) throw new BatchChainError('BAD_DATA', `the data of batch ${index} is not that of its proof`)
}

/** The records of a batch's data. @throws BatchChainError BAD_DATA if it cannot be decoded */
export function decodedData(index: number, data: Uint8Array): DataRecord[] {
  try {
    return decodeBatchData(data)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    throw new BatchChainError('BAD_DATA', `the data of batch ${index} cannot be read: ${error.message}`)
  }
}
