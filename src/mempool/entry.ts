import type { ActionKind, SignedAction } from '../ledger/action.ts'
import type { LedgerRecord } from '../ledger/record.ts'

/** An action whose encoding and signature were checked: what the pool is given. */
export interface Candidate {
  /** transferHash or registerHash: one entry each. */
  hash: bigint
  action: SignedAction
  /** The canonical bytes, with key and signature. */
  bytes: Uint8Array
  note: string | undefined
}

/** A waiting action, applied to the pending state. */
export interface PoolEntry extends Candidate {
  kind: ActionKind
  /** The account whose key signed: the bounds and the leader's fairness count by it. */
  signer: bigint
  /** The first era it may enter. */
  era: number
  /** Number of its admission on this node; applying entries in this order is valid. */
  arrival: number
  /** What applying it to the pending state gave; only accounts, asset and amounts of it mean anything. */
  record: LedgerRecord
  /** True once it is in storage; a leader takes no other. */
  durable: boolean
}

/** Bounds of a pool, from genesis. */
export interface PoolLimits {
  entries: number
  bytes: number
  perSigner: number
}

/** The first era an action may enter. */
export function eraOf(action: SignedAction): number {
  return action.type === 'transfer' ? action.transfer.era : action.era
}

/** Bytes an entry counts for in the pool's bound. */
export function sizeOf(candidate: Candidate): number {
  return candidate.bytes.length + (candidate.note?.length ?? 0)
}
