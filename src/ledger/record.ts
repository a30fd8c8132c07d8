import type { ActionKind } from './action.ts'

/** 0 = signed by an EdDSA key (proven), 1 = attested (RSA, genesis), 2 = register (counts as attested). */
export type RecordFlags = 0 | 1 | 2

/** An applied action as the history commits to it. PROTOCOL.md, "Records". */
export interface LedgerRecord {
  /** Leaf in the history tree. */
  position: number
  kind: ActionKind
  /** transferHash, or registerHash for a register: what was signed, and the action's name. */
  hash: bigint
  from: bigint
  to: bigint
  assetId: bigint
  amount: bigint
  fromStart: bigint
  toStart: bigint
  /** The action's era. */
  era: number
  /** The block's era. */
  blockEra: number
  memo: bigint
  fromHolding: number
  toHolding: number
  flags: RecordFlags
}
