import { quorum } from './quorum.ts'
import type { Certificate, Effect, Point, Proposal, ReplicaConfig, Roots, Vote, VoteKind } from './types.ts'

/** A proposal that this replica holds, and whether its body was applied. Its certificates were verified, or they were dropped. */
export interface HeldBlock {
  proposal: Proposal
  /** Whether its leader's signature was verified. A block that was fetched may have none: then it is neither voted for nor sent. */
  isSigned: boolean
  status: 'new' | 'executing' | 'valid' | 'invalid'
}

/**
 * Bound on the final blocks that wait to be committed. With so many, a validator adds no block: it neither proposes nor votes notarize. So where
 * a quorum stores blocks more slowly than they are due, the chain is as slow as they are, instead of their memory without bound. Only final
 * blocks count, because they get committed whatever happens.
 */
export const MAX_WAITING = 32
/** Votes of one validator that are kept per kind and view: enough to prove an equivocation. */
const MAX_VOTES_PER_KIND = 2

/** This validator's own votes in one view. Only durable ones are sent and counted. */
export type OwnVotes = { [kind in VoteKind]?: { vote: Vote; durable: boolean } }

/** The known certificates of one view. */
export type ViewCertificates = { [kind in VoteKind]?: Certificate }

/** Equal votes of one view, by validator: a certificate once there is a quorum. */
export interface Tally {
  kind: VoteKind
  hash: string
  signatures: Map<number, Uint8Array>
}

/** The recovery of a validator that lost its record of what it signed. */
export interface Recovery {
  nonce: string
  answers: Map<number, { view: number; votes: Vote[] }>
  /** Validators, by index, whose answers suffice; undefined to wait for as many as PROTOCOL.md, "Recovery", says. */
  trusted: readonly number[] | undefined
}

/** The state of consensus. Changed by `step` only, and by `restore` before the first step. */
export interface Replica {
  readonly config: ReplicaConfig
  readonly quorum: number
  /** The last committed block. */
  committed: Point
  /** The highest final block: committed, or waiting for its ancestors or its body. The certificate is null for genesis only. */
  final: { view: number; hash: string; certificate: Certificate | null }
  /** Nothing is signed at or below this view, because what was signed there is not known any more. Infinity while recovering. */
  closedView: number
  /** Nothing is proposed at or below this view; votes may be cast. */
  proposedView: number
  /** While recovering (recovery.ts): answers by validator, and those that the operator trusts alone, if any; undefined otherwise. */
  recovery: Recovery | undefined
  /** The current view: the lowest that is not cleared. */
  view: number
  enteredMs: number
  /** The era, by the clock, in which the view was entered. */
  enteredEra: number
  /** When a block was last committed of so many that `isBackedUp` was true. */
  relievedMs: number
  /** By how much the median of the peers' clocks is ahead of this one. */
  clockOffsetMs: number
  readonly blocks: Map<string, HeldBlock>
  /** Hash of the first proposal of each view. */
  readonly proposals: Map<number, string>
  readonly certificates: Map<number, ViewCertificates>
  readonly tallies: Map<number, Tally[]>
  readonly own: Map<number, OwnVotes>
  /** Roots after a block, by its hash, and when they became known. */
  readonly roots: Map<string, Roots & { knownMs: number }>
  /** By the token of a `persist` effect: own votes that wait for it, and effects to run before they are sent. */
  readonly pending: Map<number, { votes: Vote[]; before: Effect[] }>
  nextToken: number
  /** As leader: the block whose content was requested with `build`. */
  building: { view: number; era: number; parentHash: string } | undefined
  /** Hash of the block being committed. */
  committing: string | undefined
  /** Blocks requested that have not arrived, and views whose missing certificates were requested, since the last standstill. */
  readonly fetching: Set<string>
  readonly asked: Set<number>
  /** Equivocations already reported, by view. */
  readonly accused: Map<number, Set<string>>
  /** When a block was last committed, or everything last resent: the standstill timer counts from it. */
  standstillMs: number
}

/**
 * A replica that knows nothing above the last committed block.
 * @param certificate the final certificate stored with that block, which may name a descendant; null for genesis only
 */
export function createReplica(
  config: ReplicaConfig,
  committed: Point,
  certificate: Certificate | null,
): Replica {
  return {
    config,
    quorum: quorum(config.validators),
    committed,
    final: {
      view: certificate?.view ?? committed.view,
      hash: certificate?.hash ?? committed.hash,
      certificate,
    },
    closedView: -1,
    proposedView: -1,
    recovery: undefined,
    view: 0,
    enteredMs: 0,
    enteredEra: 0,
    relievedMs: 0,
    clockOffsetMs: 0,
    blocks: new Map(),
    proposals: new Map(),
    certificates: new Map(),
    tallies: new Map(),
    own: new Map(),
    roots: new Map(),
    pending: new Map(),
    nextToken: 1,
    building: undefined,
    committing: undefined,
    fetching: new Set(),
    asked: new Set(),
    accused: new Map(),
    standstillMs: 0,
  }
}

/** Stores a proposal above the committed view; the caller has verified it. A signed copy adds its signature to a block held without one. */
export function holdProposal(replica: Replica, proposal: Proposal, isSigned = true): void {
  const { hash, header } = proposal
  replica.fetching.delete(hash)
  if (header.view <= replica.committed.view) return
  const held = replica.blocks.get(hash)
  if (held === undefined) replica.blocks.set(hash, { proposal, isSigned, status: 'new' })
  else if (isSigned && !held.isSigned) {
    held.proposal = { ...held.proposal, signature: proposal.signature }
    held.isSigned = true
  }
  if (isSigned && !replica.proposals.has(header.view)) replica.proposals.set(header.view, hash)
}

/**
 * Counts a verified vote; a quorum of equal votes becomes a certificate. At most two votes of one validator per kind and view are kept, enough
 * to prove an equivocation: this bounds memory against validators that vote for many hashes.
 */
export function countVote(replica: Replica, { kind, view, hash, validator, signature }: Vote): void {
  if (view <= replica.final.view) return
  const tallies = replica.tallies.get(view) ?? []
  replica.tallies.set(view, tallies)
  if (!mayCount(replica, { kind, view, hash, validator })) return
  let tally = tallies.find((t) => t.kind === kind && t.hash === hash)
  if (tally === undefined) {
    tally = { kind, hash, signatures: new Map() }
    tallies.push(tally)
  }
  tally.signatures.set(validator, signature)
  if (tally.signatures.size !== replica.quorum) return
  const sorted = [...tally.signatures].sort(([a], [b]) => a - b)
  const signatures = sorted.map(([voter, bytes]) => ({ validator: voter, signature: bytes }))
  storeCertificate(replica, { kind, view, hash, signatures })
}

/** False for a vote that is counted already, and for any further one of a validator that has two votes of this kind in the view. */
export function mayCount(
  { tallies }: Replica,
  { kind, view, hash, validator }: Omit<Vote, 'signature'>,
): boolean {
  const hashes = (tallies.get(view) ?? [])
    .filter((tally) => tally.kind === kind && tally.signatures.has(validator))
    .map((tally) => tally.hash)
  return hashes.length < MAX_VOTES_PER_KIND && !hashes.includes(hash)
}

/** Stores a verified certificate above the last final view. A final certificate moves the final block. */
export function storeCertificate(replica: Replica, certificate: Certificate): void {
  const { kind, view, hash } = certificate
  if (view <= replica.final.view) return
  const known = replica.certificates.get(view) ?? {}
  replica.certificates.set(view, known)
  known[kind] ??= certificate
  if (kind === 'finalize') replica.final = { view, hash, certificate }
}

/** Drops everything at or below the committed block's view: no vote is cast there any more. */
export function prune(replica: Replica): void {
  const { view, hash } = replica.committed
  const { blocks, roots, proposals, certificates, tallies, own, accused } = replica
  for (const [key, block] of blocks) if (block.proposal.header.view <= view) blocks.delete(key)
  for (const key of roots.keys()) if (key !== hash && !blocks.has(key)) roots.delete(key)
  for (const byView of [proposals, certificates, tallies, own, accused]) {
    for (const key of byView.keys()) if (key <= view) byView.delete(key)
  }
}

/** Hash, height, view and era of the committed block or of a held one. */
export function pointOf(replica: Replica, hash: string): Point | undefined {
  if (hash === replica.committed.hash) return replica.committed
  const header = replica.blocks.get(hash)?.proposal.header
  return header && { hash, height: header.height, view: header.view, era: header.era }
}

/** True while MAX_WAITING final blocks or more wait to be committed; false while the newest one is not held. */
export function isBackedUp(replica: Replica): boolean {
  const newest = pointOf(replica, replica.final.hash)
  return newest !== undefined && newest.height - replica.committed.height >= MAX_WAITING
}

/** True for a block whose state is known: committed, or executed and valid. */
export function isExecuted(replica: Replica, hash: string): boolean {
  return hash === replica.committed.hash || replica.blocks.get(hash)?.status === 'valid'
}

/** True if a view has a notarization or a skip certificate, or a block at or above it is final. PROTOCOL.md, "Views". */
export function isCleared(replica: Replica, view: number): boolean {
  const { notarize, skip } = replica.certificates.get(view) ?? {}
  return view <= replica.final.view || notarize !== undefined || skip !== undefined
}
