import type { Poseidon } from '../crypto/poseidon.ts'
import { chainIdOf, type Genesis } from './genesis.ts'

/** What applying actions needs: the hash of the ledger, and the rules in a genesis. */
export interface Rules {
  poseidon: Poseidon
  chainId: bigint
  /** Eras that a submission's era must lie ahead. */
  delay: number
  /** Eras that an action may wait for its block. */
  ttl: number
  /** Leaves of the state tree: 4^depth. */
  maxHoldings: number
  /** Actions a block may have. */
  maxRecords: number
  /**
   * Holdings that one signer may open in one era. A pool, whose pending state spans many eras, applies actions
   * with this set to Infinity.
   */
  openingsPerSigner: number
  /** Accounts that may register assets. */
  registrars: 'anyone' | ReadonlySet<bigint>
}

/** Under what an action is applied. */
export interface ApplyContext {
  /** Era of the block that the action enters. */
  blockEra: number
  rules: Rules
}

/** The rules of a chain. */
export function rulesOf(poseidon: Poseidon, genesis: Genesis): Rules {
  return {
    poseidon,
    chainId: chainIdOf(genesis),
    delay: genesis.delay,
    ttl: genesis.ttl,
    maxHoldings: 4 ** genesis.stateDepth,
    maxRecords: genesis.limits.maxRecords,
    openingsPerSigner: genesis.limits.openingsPerSigner,
    registrars: genesis.registration === 'anyone' ? 'anyone' : new Set(genesis.registration),
  }
}
