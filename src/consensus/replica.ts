import { quorum } from './quorum.ts'
import type {
  Certificate,
  Effect,
  Point,
  Proposal,
  ReplicaConfig,
  Roots,
  StoredConsensus,
  Vote,
  VoteKind,
} from './types.ts'

/** A proposal this replica holds. */
export interface HeldBlock {
  proposal: Proposal
  status: 'new' | 'executing' | 'valid' | 'invalid'
}

/** The votes of this validator in one view. */
export interface OwnVotes {
  notarise?: string
  skip?: true
  finalise?: string
}

/** Certificates known of one view. */
export type ViewCertificates = { [kind in VoteKind]?: Certificate }

/** All that a validator knows. Changed by `step` alone. */
export interface Replica {
  readonly config: ReplicaConfig
  readonly quorum: number
  /** The last committed block. */
  committed: Point
  /** The highest final block: committed, or waiting for its ancestors. */
  final: { view: number; hash: string; certificate: Certificate | null }
  /** The lowest view not cleared. */
  view: number
  enteredMs: number
  /** The era when the view was entered. */
  enteredEra: number
  readonly blocks: Map<string, HeldBlock>
  /** The first proposal of each view. */
  readonly proposals: Map<number, string>
  readonly certificates: Map<number, ViewCertificates>
  /** Votes on the way to a certificate, by kind, view and hash. */
  readonly votes: Map<string, Map<number, Uint8Array>>
  readonly own: Map<number, OwnVotes>
  readonly roots: Map<string, Roots & { knownMs: number }>
  /** Effects, and the own votes among them, that wait for a persist. */
  readonly pending: Map<number, { votes: Vote[]; effects: Effect[] }>
  nextToken: number
  /** The block that is being built. */
  building: { view: number; era: number } | undefined
  /** The block being committed. */
  committing: string | undefined
  readonly fetching: Set<string>
  /** When to repeat everything to everyone if nothing becomes final. */
  standstillMs: number
}

/** A replica that knows nothing above the last committed block, whose final certificate is null for genesis only. */
export function createReplica(
  config: ReplicaConfig,
  committed: Point,
  certificate: Certificate | null,
): Replica {
  return {
    config,
    quorum: quorum(config.validators),
    committed,
    // The certificate may be that of a descendant, which was final first.
    final: { view: committed.view, hash: committed.hash, certificate },
    view: 0,
    enteredMs: 0,
    enteredEra: 0,
    blocks: new Map(),
    proposals: new Map(),
    certificates: new Map(),
    votes: new Map(),
    own: new Map(),
    roots: new Map(),
    pending: new Map(),
    nextToken: 1,
    building: undefined,
    committing: undefined,
    fetching: new Set(),
    standstillMs: 0,
  }
}

/**
 * Takes up what was durable when the process ended; call it before the first step. Own votes count again, towards certificates too, and bind: what
 * was voted is never voted otherwise.
 */
export function restore(replica: Replica, stored: StoredConsensus): void {
  const above = ({ view }: { view: number }) => view > replica.committed.view
  for (const proposal of stored.proposals) {
    if (proposal.header.view > replica.committed.view) holdProposal(replica, proposal)
  }
  for (const certificate of stored.certificates.filter(above)) storeCertificate(replica, certificate)
  for (const vote of stored.votes.filter(above)) {
    bindVote(replica, vote)
    countVote(replica, vote)
  }
}

export function holdProposal(replica: Replica, proposal: Proposal): void {
  replica.fetching.delete(proposal.hash)
  if (replica.blocks.has(proposal.hash)) return
  replica.blocks.set(proposal.hash, { proposal, status: 'new' })
  if (!replica.proposals.has(proposal.header.view)) replica.proposals.set(proposal.header.view, proposal.hash)
}

/** Remembers that this validator voted. */
export function bindVote(replica: Replica, { kind, view, hash }: Vote): void {
  const own = replica.own.get(view) ?? {}
  replica.own.set(view, own)
  if (kind === 'skip') own.skip = true
  else own[kind] = hash
}

/** Counts a verified vote; with a quorum it becomes a certificate. */
export function countVote(replica: Replica, { kind, view, hash, validator, signature }: Vote): void {
  if (view <= replica.final.view || replica.certificates.get(view)?.[kind]) return
  const key = `${kind}/${view}/${hash}`
  const votes = replica.votes.get(key) ?? new Map<number, Uint8Array>()
  replica.votes.set(key, votes)
  if (!votes.has(validator)) votes.set(validator, signature)
  if (votes.size < replica.quorum) return
  const signatures = [...votes].sort(([a], [b]) => a - b).map(([v, s]) => ({ validator: v, signature: s }))
  storeCertificate(replica, { kind, view, hash, signatures })
}

/** Keeps a verified certificate; a final one moves the final block. */
export function storeCertificate(replica: Replica, certificate: Certificate): void {
  const { kind, view, hash } = certificate
  if (view <= replica.final.view) return
  const known = replica.certificates.get(view) ?? {}
  replica.certificates.set(view, known)
  known[kind] ??= certificate
  if (kind === 'finalise') replica.final = { view, hash, certificate }
}

/** Forgets what lies at or below the committed block: no vote is cast there any more. */
export function prune(replica: Replica): void {
  const { view, height, hash } = replica.committed
  for (const [key, block] of replica.blocks) {
    if (block.proposal.header.height <= height || block.proposal.header.view <= view)
      replica.blocks.delete(key)
  }
  for (const key of replica.roots.keys())
    if (key !== hash && !replica.blocks.has(key)) replica.roots.delete(key)
  for (const map of [replica.proposals, replica.certificates, replica.own] as Map<number, unknown>[]) {
    for (const key of map.keys()) if (key <= view) map.delete(key)
  }
  for (const key of replica.votes.keys()) if (Number(key.split('/')[1]) <= view) replica.votes.delete(key)
}

/** A held block's or the committed block's place. */
export function pointOf(replica: Replica, hash: string): Point | undefined {
  if (hash === replica.committed.hash) return replica.committed
  const header = replica.blocks.get(hash)?.proposal.header
  return header && { hash, height: header.height, view: header.view, era: header.era }
}

/** True for a block whose state is known: committed, or executed and good. */
export function isExecuted(replica: Replica, hash: string): boolean {
  return hash === replica.committed.hash || replica.blocks.get(hash)?.status === 'valid'
}

/** When an era is due. */
export function timeOfEra({ startTimeMs, eraMs }: ReplicaConfig, era: number): number {
  return startTimeMs + era * eraMs
}

/** The era of a time; 0 before the start. */
export function eraAt({ startTimeMs, eraMs }: ReplicaConfig, nowMs: number): number {
  return Math.max(0, Math.floor((nowMs - startTimeMs) / eraMs))
}
