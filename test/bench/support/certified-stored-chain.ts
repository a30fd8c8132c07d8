import { Failure } from '../../../src/config/failure.ts'
import { chainIdOf, type Genesis } from '../../../src/ledger/genesis.ts'
import { type BlockHeader, blockHash } from '../../../src/ledger/header.ts'
import { openTrees } from '../../../src/node/trees/open-trees.ts'
import type { Database } from '../../../src/storage/database.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { StoredChain } from '../../support/storage/stored-chain.ts'
import { fakeCertificate } from './preloaded-chain.ts'

/** A chain whose blocks have certificates of the right form. */
export class CertifiedStoredChain extends StoredChain {
  protected override certificateOf(header: BlockHeader): Uint8Array {
    return fakeCertificate(header.view, blockHash(header))
  }
}

/** Stores the trees as of the newest block, with which certificates are made. */
export async function storeTrees(database: Database, genesis: Genesis): Promise<void> {
  const { batchSize, stateDepth: depth } = genesis
  const rules = { chainId: chainIdOf(genesis), batchSize, depth }
  await openTrees(database, poseidon, rules).catch((error: unknown) => {
    // They are stored before they are compared with the roots in headers, which this chain's do not have.
    if (!(error instanceof Failure && error.code === 'DATABASE_DAMAGED')) throw error
  })
}
