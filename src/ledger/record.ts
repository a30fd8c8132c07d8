import type { PublicKey } from '../crypto/key.ts'
import type { ActionKind } from './action.ts'

/**
 * 0: signed with EdDSA, so a batch proof checks the signature (proven); 1: signed with RSA or of the genesis, so the validators vouch for it
 * (attested); 2: an attested registration; 3: a proven registration.
 */
export type RecordFlags = 0 | 1 | 2 | 3

/** An applied action as the history commits to it. PROTOCOL.md, "Records". */
export interface LedgerRecord {
  /** Leaf in the history tree. */
  position: number
  kind: ActionKind
  /** transferHash, or registerHash for a register: the value that was signed, and the action's name. */
  hash: bigint
  from: bigint
  to: bigint
  assetId: bigint
  amount: bigint
  fromStart: bigint
  toStart: bigint
  /** The era that the action names. */
  era: number
  /** The era of the block. */
  blockEra: number
  memo: bigint
  fromHolding: number
  toHolding: number
  flags: RecordFlags
}

/** The flags of an action that was signed with a key of this kind. */
export function flagsOf(type: 'transfer' | 'register', kind: PublicKey['kind']): RecordFlags {
  if (type === 'register') return kind === 'eddsa' ? 3 : 2
  return kind === 'eddsa' ? 0 : 1
}

/** Whether a batch proof checks the signature of a record; if not, only the validators vouch for it. */
export function isProven({ flags }: Pick<LedgerRecord, 'flags'>): boolean {
  return flags === 0 || flags === 3
}

/** Number of units that a record moves: none if it is a registration, which has the cap in this place. */
export function movedUnits({ kind, amount }: Pick<LedgerRecord, 'kind' | 'amount'>): bigint {
  return kind === 'register' ? 0n : amount
}
