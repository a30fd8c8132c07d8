import type { Poseidon } from '../crypto/poseidon.ts'
import { firstBatchOf } from '../ledger/batch.ts'
import { chainIdOf, type Genesis } from '../ledger/genesis.ts'
import { genesisStateRoot } from '../verify/batch-chain.ts'
import type { ConstructorArguments } from './abi.ts'

/** The constructor's arguments for the settlement contract of a chain, except its verifier, which is deployed first. */
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
