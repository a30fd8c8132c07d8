import type { Poseidon } from '../crypto/poseidon.ts'
import { chainIdOf, type Genesis } from './genesis.ts'
import { type Quotas, quotasOf } from './quota.ts'
import type { ReservationRules } from './reservation.ts'

/** What applying actions needs: the hash function, and the rules that a genesis sets. */
export interface Rules {
  poseidon: Poseidon
  chainId: bigint
  /** Minimum number of eras between the submission of an action and the era that it names. */
  delay: number
  /** Number of eras, from the one that it names, in which a block may contain an action. */
  ttl: number
  /** Maximum number of actions per block. */
  maxRecords: number
  /**
   * Maximum number of holdings that a signer may open per era. A pool sets this to Infinity, because its pending state spans many eras.
   */
  openingsPerSigner: number
  /** How much each sponsor may use. */
  quotas: Quotas
  /** When a code must be reserved; undefined if it need not be. */
  reservations: ReservationRules | undefined
}

/** The circumstances in which an action is applied. */
export interface ApplyContext {
  /** Era of the block that contains the action. */
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
    maxRecords: genesis.limits.maxRecords,
    openingsPerSigner: genesis.limits.openingsPerSigner,
    quotas: quotasOf(genesis.admission),
    reservations: genesis.reservations,
  }
}
