import { DecodeError } from '../codec/error.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import type { Genesis } from '../ledger/genesis.ts'
import { RejectionError } from '../ledger/rejection.ts'
import { BatchChainError, type BatchSource, type VerifiedBatch, verifyBatchChain } from './batch-chain.ts'
import { decodeProofs } from './proofs-file.ts'

/** Batches whose proofs lead from the genesis state on, as `provenBatches` found them. */
export interface ProvenBatches {
  /** Height of the final header whose history the batches are. */
  height: number
  /** The kind of key that the genesis pins. Anyone can forge proofs under a development key. */
  key: Genesis['provingKey']['kind']
  /** The root over the records of each proven batch, by its index. */
  recordsRoots: ReadonlyMap<number, bigint>
}

/**
 * Verifies the proofs of a chain's batches as far as a batch, as `verifyBatchChain` does; of later ones, only their place in the history.
 * @param last index of the batch
 * @param onBatch called after each batch whose proof verified
 * @returns the batches that are proven, or why nothing is
 */
export async function provenBatches(
  genesis: Genesis,
  verificationKey: unknown,
  source: BatchSource,
  poseidon: Poseidon,
  last: number,
  onBatch: (batch: VerifiedBatch, end: number) => void = () => {},
): Promise<ProvenBatches | { fault: string }> {
  const recordsRoots = new Map<number, bigint>()
  const upTo: BatchSource = {
    header: () => source.header(),
    async *batches(position) {
      for await (const claim of source.batches(position))
        yield claim.index > last ? { ...claim, proof: null } : claim
    },
  }
  const collect = (batch: VerifiedBatch, end: number) => {
    recordsRoots.set(Number(batch.signals.index), batch.signals.recordsRoot)
    onBatch(batch, end)
  }
  try {
    const { height } = await verifyBatchChain(genesis, verificationKey, upTo, collect, poseidon)
    return { height, key: genesis.provingKey.kind, recordsRoots }
  } catch (error) {
    if (error instanceof BatchChainError || error instanceof DecodeError || error instanceof RejectionError)
      return { fault: error.message }
    throw error
  }
}

/** The same with the proofs of a file. @param bytes the file, of which nothing is trusted */
export async function provenByFile(
  genesis: Genesis,
  bytes: Uint8Array,
  poseidon: Poseidon,
  last: number,
): Promise<ProvenBatches | { fault: string }> {
  try {
    const { verificationKey, source } = decodeProofs(bytes, genesis, poseidon)
    return await provenBatches(genesis, verificationKey, source, poseidon, last)
  } catch (error) {
    if (error instanceof DecodeError || error instanceof RejectionError) return { fault: error.message }
    throw error
  }
}
