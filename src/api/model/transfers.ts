import type { Loaders } from '../request/loaders.ts'
import { type FinalTransfer, finalTransfer, type TransferModel } from '../request/models.ts'
import { pendingTransfer } from './pending.ts'

/** Final transfers by their hashes, all of which must be there, in the order asked for. */
export async function transfersOfHashes(
  loaders: Loaders,
  hashes: readonly bigint[],
): Promise<FinalTransfer[]> {
  const rows = await Promise.all(hashes.map((hash) => loaders.transferByHash(hash)))
  return rows.filter((row) => row !== null).map(finalTransfer)
}

/** A transfer by its hash: final as of the block, or waiting in the pool; else null. */
export async function transferAnywhere(loaders: Loaders, hash: bigint): Promise<TransferModel | null> {
  const final = await loaders.transferByHash(hash)
  if (final) return finalTransfer(final)
  const pending = await loaders.pending.load(hash)
  return pending && pendingTransfer(pending)
}
