import { subtreeRoot } from '../crypto/merkle.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import { poseidonLite } from '../crypto/poseidon-lite.ts'
import { StateTree } from '../crypto/state-tree.ts'
import { applyGenesis } from '../ledger/apply-genesis.ts'
import {
  type BatchSignals,
  batchHeight,
  countsOf,
  firstBatchOf,
  fullBatchCount,
  parseBatchSignals,
  positionsOf,
  recordsRootOf,
} from '../ledger/batch.ts'
import { dataRootOf, dataSignals, decodeBatchData, RECORD_DATA_BYTES } from '../ledger/batch-data.ts'
import { eraClockOf, timeOfEra } from '../ledger/era.ts'
import { chainIdOf, type Genesis } from '../ledger/genesis.ts'
import { leafHash } from '../ledger/hashes.ts'
import { type BlockHeader, decodeHeader } from '../ledger/header.ts'
import { HISTORY_DEPTH } from '../ledger/params.ts'
import { isFinalHeader } from './final-header.ts'
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

/** Supplies the batches and the header to verify. */
export interface BatchSource {
  /** An encoded header with the encoded certificate that made it final. */
  header(): Promise<{ header: Uint8Array; certificate: Uint8Array }>
  /** All batches in order, those of genesis included, up to the one that contains `position`. Roots are over the records before `position`. */
  batches(position: number): AsyncIterable<BatchClaim>
}

/** A batch whose proof verified, and which begins where the verified batch before it ended. */
export interface VerifiedBatch {
  signals: BatchSignals
  /** In snarkjs's format. */
  proof: unknown
  /** Of these records; undefined if the source gave none. */
  data: Uint8Array | undefined
}

/** What a chain of batches proves. */
export interface BatchChainReport {
  height: number
  /** When the block at that height was due: milliseconds since 1970. */
  timeMs: number
  /** The full batches at that height, without those of genesis: [first, end). */
  first: number
  end: number
  /** The first of them without a proof; `end` if all have one. */
  provenTo: number
  /** Number of records whose signatures the proofs check, and of records that only the validators attest. */
  proven: number
  attested: number
}

type BatchChainFault =
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

/** The state root at which the first provable batch begins, computed from the genesis alone. */
export function genesisStateRoot(genesis: Genesis, poseidon: Poseidon = poseidonLite): bigint {
  const { state } = applyGenesis(poseidon, genesis)
  const tree = new StateTree(poseidon, genesis.stateDepth)
  const holdings = Array.from({ length: state.holdingCount }, (_, index) => state.holdingAt(index))
  tree.setLeaves(holdings.map((holding) => [holding.index, leafHash(poseidon, holding)]))
  return tree.root
}

/**
 * Verifies that proofs lead, batch after batch, from the genesis state to one that validators certified, and that each one's records are in the
 * history they certified. PROTOCOL.md, "Batch proofs". Trusts the genesis, and a quorum of its validators for what proofs do not say.
 * @param verificationKey in snarkjs's format; must be the one that the genesis pins, and fit for production if the genesis says so
 * @param onBatch called after each batch whose proof verified; that its records are in the final history is known only when this function ends
 * @param poseidon computes the roots; the default runs everywhere, `poseidonWasm()` is at least four times as fast
 * @throws BatchChainError
 */
export async function verifyBatchChain(
  genesis: Genesis,
  verificationKey: unknown,
  source: BatchSource,
  onBatch: (batch: VerifiedBatch, end: number) => void = () => {},
  poseidon: Poseidon = poseidonLite,
): Promise<BatchChainReport> {
  const { batchSize } = genesis
  checkKey(genesis, verificationKey)
  const header = await finalHeader(genesis, source)
  const first = firstBatchOf(genesis)
  const end = Math.max(first, fullBatchCount(header.position, batchSize))
  const roots = genesisRoots(poseidon, genesis)
  const report: BatchChainReport = {
    height: header.height,
    timeMs: timeOfEra(eraClockOf(genesis), header.era),
    first,
    end,
    provenTo: end,
    proven: 0,
    attested: 0,
  }
  let root = genesisStateRoot(genesis, poseidon)
  let next = 0
  for await (const claim of source.batches(header.position)) {
    if (next > end) break
    if (claim.index !== next) throw new BatchChainError('BAD_CHAIN', `batch ${next} is missing`)
    next++
    if (claim.index < first) continue
    roots.push(claim.recordsRoot)
    if (claim.index >= report.provenTo) continue
    if (claim.proof === null) {
      report.provenTo = claim.index
      continue
    }
    const signals = checkBatch(genesis, verificationKey, claim, root)
    checkData(poseidon, genesis, claim, signals)
    root = signals.stateRootAfter
    const { proven, attested } = countsOf(signals)
    report.proven += proven
    report.attested += attested
    onBatch({ signals, proof: claim.proof, data: claim.data }, end)
  }
  const level = batchHeight(batchSize)
  if (subtreeRoot(poseidon, roots, HISTORY_DEPTH - level, level) !== header.historyRoot)
    throw new BatchChainError('BAD_HISTORY', 'the records of the batches are not those of the final history')
  if (report.provenTo === end && root !== header.batchStateRoot)
    throw new BatchChainError('BAD_CHAIN', 'the last batch ends at another state than the final header says')
  return report
}

/** A key that anyone can forge with proves nothing of a chain for production, whatever its genesis pins. */
export function checkKey(genesis: Genesis, verificationKey: unknown): void {
  if (genesis.provingKey.kind === 'development') return
  const key = parseVerificationKey(verificationKey)
  const fault = key === undefined ? 'BAD_VERIFICATION_KEY' : checkProductionKey(key)
  if (fault !== null)
    throw new BatchChainError(fault, 'the key is not fit for the production that the genesis states')
}

/** Verifies one batch that begins at state root `root`. @returns its public signals */
function checkBatch(
  genesis: Genesis,
  verificationKey: unknown,
  { index, proof, publicSignals, recordsRoot }: BatchClaim,
  root: bigint,
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
  if (signals.stateRootBefore !== root)
    throw new BatchChainError(
      'BAD_CHAIN',
      `batch ${index} does not begin at the state where the one before ends`,
    )
  return signals
}

/** Compares the data of a full batch, if it is given, with the signals that its proof is for. */
function checkData(
  poseidon: Poseidon,
  genesis: Genesis,
  { index, data }: BatchClaim,
  { recordsRoot, ...signals }: BatchSignals,
): void {
  if (data === undefined) return
  const { batchSize } = genesis
  const chain = { chainId: chainIdOf(genesis), batchSize }
  const { dataPoint, dataValue } = dataSignals(recordsRoot, data, batchSize)
  const isRight =
    data.length === batchSize * RECORD_DATA_BYTES &&
    dataRootOf(poseidon, decodeBatchData(data), chain) === recordsRoot &&
    dataPoint === signals.dataPoint &&
    dataValue === signals.dataValue
  if (!isRight) throw new BatchChainError('BAD_DATA', `the data of batch ${index} is not that of its proof`)
}

/** Roots over the records of genesis, by batch. */
function genesisRoots(poseidon: Poseidon, genesis: Genesis): bigint[] {
  const { records } = applyGenesis(poseidon, genesis)
  const chain = { chainId: chainIdOf(genesis), batchSize: genesis.batchSize }
  return Array.from({ length: firstBatchOf(genesis) }, (_, index) => {
    const { first, end } = positionsOf(index, chain.batchSize)
    return recordsRootOf(poseidon, records.slice(first, end), chain)
  })
}

/** The source's header, once a quorum of the genesis's validators is seen to have made it final. */
async function finalHeader(genesis: Genesis, source: BatchSource): Promise<BlockHeader> {
  const bytes = await source.header()
  const header = decodeHeader(bytes.header)
  if (!isFinalHeader(genesis, header, bytes.certificate))
    throw new BatchChainError(
      'BAD_CERTIFICATE',
      'no quorum of the validators of this genesis made that header final',
    )
  return header
}
