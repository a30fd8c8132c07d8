import { DecodeError } from '../codec/error.ts'
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
  positionsOf,
  recordsRootOf,
} from '../ledger/batch.ts'
import { eraClockOf, timeOfEra } from '../ledger/era.ts'
import { chainIdOf, type Genesis } from '../ledger/genesis.ts'
import { leafHash } from '../ledger/hashes.ts'
import { type BlockHeader, decodeHeader } from '../ledger/header.ts'
import { HISTORY_DEPTH } from '../ledger/params.ts'
import {
  BatchChainError,
  type BatchClaim,
  checkBatch,
  checkData,
  checkForm,
  checkKey,
} from './batch-claim.ts'
import { decodeFaultOf } from './decode-fault.ts'
import { isFinalHeader } from './final-header.ts'

export { BatchChainError, type BatchClaim } from './batch-claim.ts'

/** Supplies the batches and the header to verify, of which nothing is trusted. What it throws goes through to the caller. */
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
  const header = finalHeader(genesis, await source.header())
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
    checkForm(claim, next)
    next++
    if (claim.index < first) continue
    roots.push(claim.recordsRoot)
    if (claim.index >= report.provenTo) continue
    if (claim.proof === null) {
      report.provenTo = claim.index
      continue
    }
    const signals = checkBatch(genesis, verificationKey, claim)
    if (signals.stateRootBefore !== root)
      throw new BatchChainError(
        'BAD_CHAIN',
        `batch ${claim.index} does not begin at the state where the one before ends`,
      )
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

/** Roots over the records of genesis, by batch. */
function genesisRoots(poseidon: Poseidon, genesis: Genesis): bigint[] {
  const { records } = applyGenesis(poseidon, genesis)
  const chain = { chainId: chainIdOf(genesis), batchSize: genesis.batchSize }
  return Array.from({ length: firstBatchOf(genesis) }, (_, index) => {
    const { first, end } = positionsOf(index, chain.batchSize)
    return recordsRootOf(poseidon, records.slice(first, end), chain)
  })
}

/**
 * A header, once a quorum of the genesis's validators is seen to have made it final.
 * @throws BatchChainError BAD_CERTIFICATE; MALFORMED if header or certificate cannot be decoded
 */
export function finalHeader(
  genesis: Genesis,
  shown: { header: Uint8Array; certificate: Uint8Array },
): BlockHeader {
  try {
    const [encoded, certificate] = [shown?.header, shown?.certificate]
    if (!ArrayBuffer.isView(encoded) || !ArrayBuffer.isView(certificate))
      throw new DecodeError('MALFORMED', 'they are no bytes')
    const header = decodeHeader(encoded)
    if (isFinalHeader(genesis, header, certificate)) return header
  } catch (error) {
    const fault = decodeFaultOf(error, false)
    if (fault === undefined) throw error
    throw new BatchChainError('MALFORMED', `header or certificate cannot be read: ${fault.message}`)
  }
  throw new BatchChainError(
    'BAD_CERTIFICATE',
    'no quorum of the validators of this genesis made that header final',
  )
}
