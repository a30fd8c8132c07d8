import type { ActionKind } from './action.ts'

/** 0: signed with EdDSA, so proven; 1: attested (RSA signature, or from genesis); 2: register, which counts as attested. */
export type RecordFlags = 0 | 1 | 2

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

/** Number of units that a record moves: none if it is a registration, which has the cap in this place. */
export function movedUnits({ kind, amount }: Pick<LedgerRecord, 'kind' | 'amount'>): bigint {
  return kind === 'register' ? 0n : amount
}
