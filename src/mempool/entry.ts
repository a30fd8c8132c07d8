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

/** Who an entry is charged to, from the widest group to the narrowest. PROTOCOL.md, "Pool". */
export interface Holder {
  /** The sponsor itself if the genesis lists it; UNLISTED for all others together. */
  party: bigint
  /** The account that registered the action's asset; NEWCOMERS for registrations by accounts that sponsor nothing yet. */
  sponsor: bigint
  /** The account whose key signed. */
  signer: bigint
}

/** A waiting action, applied to the pending state. */
export interface PoolEntry extends Candidate {
  kind: ActionKind
  holder: Holder
  /** What it counts towards the pool's bound in bytes: `sizeOf`. */
  size: number
  /** The first era it may enter. */
  era: number
  /** Counts admissions on this node. Applying entries in this order is valid. */
  arrival: number
  /** The record from applying it to the pending state. Only its accounts, asset and amounts are meaningful. */
  record: LedgerRecord
  /** The holding that it spends from. A registration spends from nothing and has a line of its own. */
  line: Line
  /** The holding that it pays into. */
  payee: Line
  /** True once it is in storage. Only then may a leader put it into a block. */
  durable: boolean
}

/** What the waiting actions do to one holding. */
export interface Line {
  account: bigint
  assetId: bigint
  /** Sums of the amounts of `ins` and `outs`. */
  in: bigint
  out: bigint
  /** Entries that pay into the holding and that spend from it, in order of arrival. The latter follow each other without gaps. */
  ins: Set<PoolEntry>
  outs: Set<PoolEntry>
  /** The holding's index while the final state has no such holding. */
  pendingIndex: number
  /** Under which keys the opening of the holding is charged (`Quotas`), while waiting actions open it; otherwise none. */
  openedFor: readonly bigint[]
}

/** Bounds of a pool, from genesis: entries, their size (`sizeOf`), and entries per signer. */
export interface PoolLimits {
  entries: number
  bytes: number
  perSigner: number
}

const utf8 = new TextEncoder()

/** The first era in which an action may enter a block. */
export function eraOf(action: SignedAction): number {
  return action.type === 'transfer' ? action.transfer.era : action.era
}

/** What an action counts towards the bounds in bytes: its encoded bytes and its note's bytes of UTF-8. */
export function sizeOf({ bytes, note }: Pick<Candidate, 'bytes' | 'note'>): number {
  return bytes.length + (note === undefined ? 0 : utf8.encode(note).length)
}
