import type { BlockHeader } from '../ledger/header.ts'

/** What a validator may vote in a view. PROTOCOL.md, "Consensus". */
export type VoteKind = 'notarize' | 'skip' | 'finalize'

/** One validator's vote. Block hashes are lower-case hex throughout this folder; the hash of a skip is ''. */
export interface Vote {
  kind: VoteKind
  view: number
  hash: string
  /** Index in the genesis's validators. */
  validator: number
  signature: Uint8Array
}

/** Exactly a quorum of equal votes, in order of validator: a notarization, a skip certificate or a final certificate. */
export interface Certificate {
  kind: VoteKind
  view: number
  hash: string
  signatures: readonly { validator: number; signature: Uint8Array }[]
}

/** A block as its leader sends it, with the certificates that prove that it may follow its parent. */
export interface Proposal {
  header: BlockHeader
  /** Hash of the header. */
  hash: string
  /** Encoded actions. */
  body: Uint8Array
  /** The leader's, over the hash. */
  signature: Uint8Array
  /** Notarization of the parent; null when that is genesis. */
  parent: Certificate | null
  /** Skip certificates of the last views between parent and proposal, ascending; at most 64, voters ask for others. */
  skips: readonly Certificate[]
}

export type Message =
  | { type: 'proposal'; proposal: Proposal }
  | { type: 'vote'; vote: Vote }
  | { type: 'certificate'; certificate: Certificate }
  /** Asks for the certificates of these views, both ends included. */
  | { type: 'ask'; from: number; to: number }
  /** A validator that lost its record of what it signed asks for it. The nonce (32 bytes, hex) makes old answers useless. */
  | { type: 'recover'; validator: number; nonce: string }
  | { type: 'recovery'; answer: RecoveryAnswer }

/** One validator's answer to another that is recovering. PROTOCOL.md, "Recovery". */
export interface RecoveryAnswer {
  /** Index of the validator that answers. */
  validator: number
  nonce: string
  /** The view it is in. */
  view: number
  /** Clears the view below; null if the answering validator is in view 1. */
  certificate: Certificate | null
  /** The last final certificate; null before the first. */
  final: Certificate | null
  /** The asker's votes in open views, as seen by the one who answers. */
  votes: readonly Vote[]
  /** Over nonce and view. */
  signature: Uint8Array
}

/** A proposal without body and certificates: enough to prove that a leader proposed it. */
export type SignedHeader = Pick<Proposal, 'header' | 'hash' | 'signature'>

/** Two signed messages of one validator, of which an honest one signs at most one. */
export type Evidence =
  | { type: 'proposals'; first: SignedHeader; second: SignedHeader }
  | { type: 'votes'; first: Vote; second: Vote }

/** Roots of the trees after a block, as the header of its child holds them. */
export interface TreeRoots {
  stateRoot: bigint
  historyRoot: bigint
  batchStateRoot: bigint
}

/** All roots in the header of a block's child. */
export interface Roots extends TreeRoots {
  /** Root of the log with the block's own header as its last entry. */
  logRoot: Uint8Array
}

/** What identifies a block and orders it. */
export interface Point {
  hash: string
  height: number
  view: number
  era: number
}

/** A write that must be durable before messages that depend on it are sent. PROTOCOL.md, "Persist before send". */
export type Write =
  | { type: 'vote'; vote: Vote }
  | { type: 'proposal'; proposal: Proposal }
  | { type: 'certificate'; certificate: Certificate }
  /** From now on nothing is signed at or below `closedView`, and nothing proposed at or below `proposedView`. */
  | { type: 'close'; closedView: number; proposedView: number }

/** What the shell reports to the replica. */
export type Event =
  | { type: 'start' }
  | { type: 'timer' }
  /** `peer` identifies the sender, for answers. The encoding was checked, the signatures were not. */
  | { type: 'message'; peer: string; message: Message }
  /** A peer has connected or reconnected. */
  | { type: 'connected'; peer: string }
  /** The writes of this token are durable. */
  | { type: 'persisted'; token: number }
  /** The content requested with `build`; `position` is that of its first record. */
  | {
      type: 'built'
      view: number
      parentHash: string
      body: Uint8Array
      bodyHash: Uint8Array
      position: number
    }
  /** `valid` if a block's body decodes, has the position of its header and applies to the state after its parent. */
  | { type: 'executed'; hash: string; valid: boolean }
  /** Roots after a block: the last committed one, or one above it. */
  | { type: 'rooted'; hash: string; roots: Roots }
  /** A proposal that was requested with `fetch`, and the peer that sent it, if one did. */
  | { type: 'fetched'; peer?: string | undefined; proposal: Proposal }
  /** A block is in the database. */
  | { type: 'committed'; hash: string }
  /** By how many milliseconds the median of the peers' clocks is ahead of this one; negative if they are behind. */
  | { type: 'clock'; offsetMs: number }

/** What the shell must do for the replica, in the order of the list that `step` returns. */
export type Effect =
  /** Make all writes durable in one transaction, then note the votes in `signer.json`, then answer `persisted`. */
  | { type: 'persist'; token: number; writes: Write[] }
  | { type: 'send'; to: 'all' | { peer: string }; message: Message }
  /** Answer `timer` at this time (milliseconds since 1970). Replaces the previous timer. */
  | { type: 'timer'; atMs: number }
  /** Choose actions for a block on this parent (none if `empty`) and answer `built`. */
  | { type: 'build'; view: number; era: number; parent: Point; empty: boolean }
  /** Check and apply a block whose parent is executed or committed; answer `executed`, and `rooted` once its roots are known. */
  | { type: 'execute'; proposal: Proposal }
  /** Ask peers for a proposal by hash; answer `fetched`. May be repeated. */
  | { type: 'fetch'; hash: string }
  /** Store a final block, which is executed already, then answer `committed`. One at a time, oldest first. */
  | { type: 'commit'; proposal: Proposal; certificate: Certificate }
  /** A validator equivocated; its votes still count. */
  | { type: 'evidence'; evidence: Evidence }
  /** A peer sent what no honest one sends, such as a signature that does not verify: the shell bans it. */
  | { type: 'blame'; peer: string; why: string }

/** A replica's configuration. Times are in milliseconds. */
export interface ReplicaConfig {
  chainId: bigint
  paramsHash: Uint8Array
  /** Number of validators. */
  validators: number
  /** Own index; undefined for an observer. */
  self: number | undefined
  startTimeMs: number
  eraMs: number
  baseMs: number
  skewMs: number
  /** Ed25519 signature by the own voting key. */
  sign(message: Uint8Array): Uint8Array
  /** Checks an Ed25519 signature against a validator's voting key. */
  verify(validator: number, message: Uint8Array, signature: Uint8Array): boolean
  /** SHA-256. */
  hashBody(body: Uint8Array): Uint8Array
}

/** The record of what a validator signed, kept in `signer.json` apart from the database. PROTOCOL.md, "Recovery". */
export interface Signed {
  /** Nothing is signed at or below this view: the last committed block's, or the one that a recovery set. -1 before the first. */
  closedView: number
  /** Nothing is proposed at or below this view. */
  proposedView: number
  /** Own votes above `closedView`, without signatures: Ed25519 is deterministic, so they can be made again. */
  votes: readonly Pick<Vote, 'kind' | 'view' | 'hash'>[]
}

/** What the database held for consensus when the process ended. */
export interface StoredConsensus {
  votes: Vote[]
  proposals: Proposal[]
  certificates: Certificate[]
}
