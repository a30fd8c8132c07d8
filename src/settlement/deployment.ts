import type { Poseidon } from '../crypto/poseidon.ts'
import { firstBatchOf } from '../ledger/batch.ts'
import { chainIdOf, type Genesis } from '../ledger/genesis.ts'
import { genesisStateRoot } from '../verify/batch-chain.ts'
import type { ConstructorArguments } from './abi.ts'

/** What a settlement contract of a chain begins with; its verifier is deployed before it. */
export function constructorArguments(
  poseidon: Poseidon,
  genesis: Genesis,
  operators: readonly string[],
  quorum: number,
): Omit<ConstructorArguments, 'verifier'> {
  return {
    chainId: chainIdOf(genesis),
    batchSize: genesis.batchSize,
    firstIndex: firstBatchOf(genesis),
    genesisRoot: genesisStateRoot(genesis, poseidon),
    operators,
    quorum,
  }
}
