import { certifiedHeader, fetchBatches } from '../client/batches.ts'
import type { Client } from '../client/client.ts'
import { DecodeError } from '../codec/error.ts'
import { Failure } from '../config/failure.ts'
import { poseidonWasm } from '../crypto/poseidon-wasm.ts'
import type { Genesis } from '../ledger/genesis.ts'
import { RejectionError } from '../ledger/rejection.ts'
import { verificationKeyOf } from '../setup/chain-key.ts'
import {
  BatchChainError,
  type BatchChainReport,
  type VerifiedBatch,
  verifyBatchChain,
} from '../verify/batch-chain.ts'

/**
 * Verifies the chain of batches that an API shows. Trusts the genesis, and nothing that the API returns.
 * @param onBatch called after each batch whose proof verified; that its records are final is known only when this function ends
 * @throws Failure with the code of the fault, or those of `verificationKeyOf`; ClientError
 */
export async function verifiedChain(
  genesis: Genesis,
  client: Client,
  onBatch: (batch: VerifiedBatch, end: number) => void,
): Promise<BatchChainReport> {
  const source = {
    header: () => certifiedHeader(client, genesis.validators.length),
    batches: (position: number) => fetchBatches(client, position),
  }
  try {
    return await verifyBatchChain(genesis, verificationKeyOf(genesis), source, onBatch, poseidonWasm())
  } catch (error) {
    if (error instanceof BatchChainError) throw new Failure(error.code, error.message)
    if (
      error instanceof RejectionError ||
      error instanceof DecodeError ||
      error instanceof SyntaxError ||
      error instanceof TypeError
    )
      throw new Failure('MALFORMED', 'the API shows a header or a batch that cannot be read', {
        cause: error,
      })
    throw error
  }
}
