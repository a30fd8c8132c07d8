import type { Loaders } from '../request/loaders.ts'
import { type FinalTransfer, finalTransfer, type TransferModel } from '../request/models.ts'
import { pendingTransfer } from './pending.ts'

/** Final transfers by hash, in the order of the hashes. @throws Error if one is missing */
export async function transfersOfHashes(
  loaders: Loaders,
  hashes: readonly bigint[],
): Promise<FinalTransfer[]> {
  const rows = await Promise.all(hashes.map((hash) => loaders.transferByHash(hash)))
  return rows.filter((row) => row !== null).map(finalTransfer)
}

/** A transfer by hash: final as of the block, or pending in the pool unless the client chose the block; null if neither. */
export async function transferAnywhere(loaders: Loaders, hash: bigint): Promise<TransferModel | null> {
  const final = await loaders.transferByHash(hash)
  if (final) return finalTransfer(final)
  const pending = loaders.isPinned ? null : await loaders.pending.load(hash)
  return pending && pendingTransfer(loaders.services.poseidon, pending)
}
