import type { ActionKind, SignedAction } from '../ledger/action.ts'
import type { LedgerRecord } from '../ledger/record.ts'

/** An action offered to the pool: its encoding and signature were checked, its rules were not. */
export interface Candidate {
  /** transferHash or registerHash; identifies the entry. */
  hash: bigint
  action: SignedAction
  /** The canonical bytes, with key and signature. */
  bytes: Uint8Array
  note: string | undefined
}

/** A waiting action, applied to the pending state. */
export interface PoolEntry extends Candidate {
  kind: ActionKind
  /** The account whose key signed. The pool's bound and the leader's turns count by it. */
  signer: bigint
  /** The first era it may enter. */
  era: number
  /** Counts admissions on this node. Applying entries in this order is valid. */
  arrival: number
  /** The record from applying it to the pending state. Only its accounts, asset and amounts are meaningful. */
  record: LedgerRecord
  /** True once it is in storage. Only then may a leader put it into a block. */
  durable: boolean
}

/** Bounds of a pool, from genesis: entries, their size (`sizeOf`), and entries per signer. */
export interface PoolLimits {
  entries: number
  bytes: number
  perSigner: number
}

/** The first era in which an action may enter a block. */
export function eraOf(action: SignedAction): number {
  return action.type === 'transfer' ? action.transfer.era : action.era
}

/** What an entry counts towards the pool's bound in bytes: its encoded bytes and its note's UTF-16 code units. */
export function sizeOf(candidate: Candidate): number {
  return candidate.bytes.length + (candidate.note?.length ?? 0)
}
