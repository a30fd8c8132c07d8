import type { BlockHeader } from '../ledger/header.ts'

/** What a validator may vote in a view. PROTOCOL.md, "Consensus". */
export type VoteKind = 'notarize' | 'skip' | 'finalize'

/** One validator's vote. Block hashes are lower-case hex here; a skip names no block ('' for its hash). */
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

/** A block as its leader sends it, with what shows that it may follow its parent. */
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
  /** Skip certificates of the views between, ascending; at most 64, voters ask for others. */
  skips: readonly Certificate[]
}

export type Message =
  | { type: 'proposal'; proposal: Proposal }
  | { type: 'vote'; vote: Vote }
  | { type: 'certificate'; certificate: Certificate }
  /** Asks for the certificates of these views, both ends included. */
  | { type: 'ask'; from: number; to: number }
  /** A validator that may have forgotten what it signed asks what others know of it. The nonce (32 bytes, hex) makes old answers worthless. */
  | { type: 'recover'; validator: number; nonce: string }
  | { type: 'recovery'; answer: RecoveryAnswer }

/** What one validator tells another that lost its memory. PROTOCOL.md, "Recovery". */
export interface RecoveryAnswer {
  /** Who answers. */
  validator: number
  nonce: string
  /** The view it is in: it voted in none higher. */
  view: number
  /** What clears the view below; null if that is the first. */
  certificate: Certificate | null
  /** The last final certificate; null before the first. */
  final: Certificate | null
  /** Votes of the one who asks. */
  votes: readonly Vote[]
  /** Over nonce and view. */
  signature: Uint8Array
}

/** A proposal without its body: what shows that a leader proposed it. */
export type SignedHeader = Pick<Proposal, 'header' | 'hash' | 'signature'>

/** Two messages of one validator that an honest one never both signs. */
export type Evidence =
  | { type: 'proposals'; first: SignedHeader; second: SignedHeader }
  | { type: 'votes'; first: Vote; second: Vote }

/** Roots after a block, as its child's header says them. */
export interface Roots {
  stateRoot: bigint
  historyRoot: bigint
  batchStateRoot: bigint
}

/** A block's place. */
export interface Point {
  hash: string
  height: number
  view: number
  era: number
}

/** What must be durable before what rests on it leaves. */
export type Write =
  | { type: 'vote'; vote: Vote }
  | { type: 'proposal'; proposal: Proposal }
  | { type: 'certificate'; certificate: Certificate }
  /** Nothing is signed, nothing proposed at or below these views. */
  | { type: 'close'; closedView: number; proposedView: number }

/** What the shell tells the replica. */
export type Event =
  | { type: 'start' }
  | { type: 'timer' }
  /** From a peer, whom an answer goes to. Its encoding was checked, its signatures were not. */
  | { type: 'message'; peer: string; message: Message }
  /** A peer was (re)connected. */
  | { type: 'connected'; peer: string }
  /** The writes of this token are durable. */
  | { type: 'persisted'; token: number }
  /** The content asked for with `build`; `position` is that of its first record. */
  | {
      type: 'built'
      view: number
      parentHash: string
      body: Uint8Array
      bodyHash: Uint8Array
      position: number
    }
  /** Whether a block's body is what its header says and applies to the state after its parent. */
  | { type: 'executed'; hash: string; valid: boolean }
  /** Roots after a block (an unfinal one, or the last committed). */
  | { type: 'rooted'; hash: string; roots: Roots }
  /** A proposal that was asked for with `fetch`. */
  | { type: 'fetched'; proposal: Proposal }
  /** A block is in the database. */
  | { type: 'committed'; hash: string }

/** What the replica asks the shell to do, in this order. */
export type Effect =
  /** Make all writes durable in one transaction, then raise signer.json, then answer `persisted`. */
  | { type: 'persist'; token: number; writes: Write[] }
  | { type: 'send'; to: 'all' | { peer: string }; message: Message }
  /** Answer `timer` at this time; replaces the timer before it. */
  | { type: 'timer'; atMs: number }
  /** Choose actions for a block on this parent and answer `built`; none if `empty`. */
  | { type: 'build'; view: number; era: number; parent: Point; empty: boolean }
  /** Check and apply a block whose parent was executed or committed; answer `executed`, and `rooted` once its roots are known. */
  | { type: 'execute'; proposal: Proposal }
  /** Ask peers for a proposal by hash; answer `fetched`. May be repeated. */
  | { type: 'fetch'; hash: string }
  /** Store a final block (executed before), then answer `committed`. One at a time, oldest first. */
  | { type: 'commit'; proposal: Proposal; certificate: Certificate }
  /** A validator equivocated; its votes still count. */
  | { type: 'evidence'; evidence: Evidence }

/** What a replica is told once. */
export interface ReplicaConfig {
  chainId: bigint
  paramsHash: Uint8Array
  /** How many validators there are. */
  validators: number
  /** Own index; undefined for an observer. */
  self: number | undefined
  startTimeMs: number
  eraMs: number
  baseMs: number
  skewMs: number
  /** Ed25519 by the own voting key. */
  sign(message: Uint8Array): Uint8Array
  /** By a validator's voting key. */
  verify(validator: number, message: Uint8Array, signature: Uint8Array): boolean
  /** SHA-256. */
  hashBody(body: Uint8Array): Uint8Array
}

/** What a validator has signed and may still matter, as kept apart from its database. PROTOCOL.md, "Recovery". */
export interface Signed {
  /** Nothing is signed at or below this view any more: a block at or above it was committed. -1: none. */
  closedView: number
  /** Nothing is proposed at or below this view. */
  proposedView: number
  /** Own votes above `closedView`. Signatures are deterministic: they can be made again. */
  votes: readonly Pick<Vote, 'kind' | 'view' | 'hash'>[]
}

/** What was durable when the process ended. */
export interface StoredConsensus {
  votes: Vote[]
  proposals: Proposal[]
  certificates: Certificate[]
}
