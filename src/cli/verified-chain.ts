import { certifiedHeader, fetchBatches } from '../client/batches.ts'
import type { Client } from '../client/types.ts'
import { DecodeError } from '../codec/error.ts'
import { Failure } from '../config/failure.ts'
import { poseidonWasm } from '../crypto/poseidon-wasm.ts'
import { batchSignalsJson } from '../ledger/batch.ts'
import { dataRootOf, decodeBatchData } from '../ledger/batch-data.ts'
import { chainIdOf, type Genesis } from '../ledger/genesis.ts'
import type { BlockHeader } from '../ledger/header.ts'
import { RejectionError } from '../ledger/rejection.ts'
import { verificationKeyOf } from '../setup/chain-key.ts'
import {
  BatchChainError,
  type BatchChainReport,
  finalHeader,
  type VerifiedBatch,
  verifyBatchChain,
} from '../verify/batch-chain.ts'
import { checkBatch, checkData, checkKey } from '../verify/batch-claim.ts'
import { type BatchState, type ExportedBatch, rebuildState } from '../verify/batch-state.ts'
import { proofFromBytes, proofToBytes } from '../verify/point-bytes.ts'
import { decodeProofs, type FiledProofs } from '../verify/proofs-file.ts'

/**
 * Verifies the chain of batches that an API shows. Trusts the genesis, and nothing that the API returns.
 * @param data whether the batches are to come with their data
 * @param onBatch called after each batch whose proof verified; that its records are final is known only when this function ends
 * @throws Failure with the code of the fault, or those of `verificationKeyOf`; ClientError
 */
export async function verifiedChain(
  genesis: Genesis,
  client: Client,
  onBatch: (batch: VerifiedBatch, end: number) => void,
  { data = false } = {},
): Promise<BatchChainReport> {
  return verifiedProofs(genesis, proofsOf(genesis, client, { data }), onBatch)
}

/** The same for proofs from anywhere. */
export async function verifiedProofs(
  genesis: Genesis,
  { verificationKey, source }: FiledProofs,
  onBatch: (batch: VerifiedBatch, end: number) => void,
): Promise<BatchChainReport> {
  try {
    return await verifyBatchChain(genesis, verificationKey, source, onBatch, poseidonWasm())
  } catch (error) {
    if (error instanceof BatchChainError) throw new Failure(error.code, error.message)
    throw asUnreadable(error)
  }
}

/** A header that an API shows, once a quorum of the genesis's validators is seen to have made it final. @throws Failure with the code of the fault */
export function shownHeader(
  genesis: Genesis,
  shown: { header: Uint8Array; certificate: Uint8Array },
): BlockHeader {
  return asFailure(() => finalHeader(genesis, shown))
}

/** A batch as an API shows it, with the data of all its records. */
interface ShownBatch {
  data: Uint8Array
  proof: unknown
  publicSignals: unknown
}

/**
 * Checks batches one by one: the proof of each, and that the data is what it proves. Not whether they follow each other.
 * @returns a function that returns what was checked in its one form, whatever else is shown; it throws Failure with the code of the fault
 * @throws Failure those of `verificationKeyOf`
 */
export function checkedBatches(
  genesis: Genesis,
): (index: number, batch: ShownBatch) => { proof: object; publicSignals: string[] } {
  const verificationKey = verificationKeyOf(genesis)
  const poseidon = poseidonWasm()
  const chain = { chainId: chainIdOf(genesis), batchSize: genesis.batchSize }
  return (index, { data, proof, publicSignals }) =>
    asFailure(() => {
      checkKey(genesis, verificationKey)
      const recordsRoot = dataRootOf(poseidon, decodeBatchData(data), chain)
      const claim = { index, recordsRoot, proof, publicSignals, data }
      const signals = checkBatch(genesis, verificationKey, claim)
      checkData(poseidon, genesis, claim, signals)
      return { proof: proofFromBytes(proofToBytes(proof)), publicSignals: batchSignalsJson(signals) }
    })
}

function asFailure<T>(check: () => T): T {
  try {
    return check()
  } catch (error) {
    if (error instanceof BatchChainError) throw new Failure(error.code, error.message)
    throw asUnreadable(error)
  }
}

/** The state that follows from the data of batches, as rebuildState says. @throws Failure with the code of the fault, or those of `verificationKeyOf` */
export async function rebuiltState(
  genesis: Genesis,
  batches: Iterable<ExportedBatch>,
): Promise<{ state: BatchState; end: number }> {
  try {
    return await rebuildState(genesis, verificationKeyOf(genesis), batches, poseidonWasm())
  } catch (error) {
    if (error instanceof BatchChainError) throw new Failure(error.code, error.message)
    throw error
  }
}

/** The proofs that an API shows, with the key that the genesis pins. @param data whether the batches come with their data @throws Failure those of `verificationKeyOf` */
export function proofsOf(genesis: Genesis, client: Client, { data = false } = {}): FiledProofs {
  return {
    verificationKey: verificationKeyOf(genesis),
    source: {
      header: () => certifiedHeader(client, genesis.validators.length),
      batches: (position) => fetchBatches(client, position, { data }),
    },
  }
}

/** The proofs of a file. @throws Failure `MALFORMED` */
export function proofsIn(genesis: Genesis, bytes: Uint8Array): FiledProofs {
  try {
    return decodeProofs(bytes, genesis, poseidonWasm())
  } catch (error) {
    throw asUnreadable(error)
  }
}

/** What reading something that an API shows was refused with, as a failure; any other error as it is. */
export function asUnreadable(error: unknown): unknown {
  if (error instanceof RejectionError || error instanceof DecodeError)
    return new Failure('MALFORMED', 'a header or a batch that is shown cannot be read', { cause: error })
  return error
}
