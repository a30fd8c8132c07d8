import { quorum } from './quorum.ts'
import type { Certificate, Effect, Point, Proposal, ReplicaConfig, Roots, Vote, VoteKind } from './types.ts'

/** A proposal this replica holds. */
export interface HeldBlock {
  proposal: Proposal
  status: 'new' | 'executing' | 'valid' | 'invalid'
}

/** The votes of this validator in one view; only durable ones leave and count. */
export type OwnVotes = { [kind in VoteKind]?: { vote: Vote; durable: boolean } }

/** Certificates known of one view. */
export type ViewCertificates = { [kind in VoteKind]?: Certificate }

/** Equal votes of one view, by validator, on the way to a certificate. */
export interface Tally {
  kind: VoteKind
  hash: string
  signatures: Map<number, Uint8Array>
}

/** All that a validator knows. Changed by `step` alone. */
export interface Replica {
  readonly config: ReplicaConfig
  readonly quorum: number
  /** The last committed block. */
  committed: Point
  /** The highest final block: committed, or waiting for its ancestors or its body. Its certificate is null for genesis only. */
  final: { view: number; hash: string; certificate: Certificate | null }
  /** Nothing is signed at or below this view: what was signed there is forgotten. Infinity while recovering. */
  closedView: number
  /** Nothing is proposed at or below this view, though votes may be cast. */
  proposedView: number
  /** Answers of others, by validator, while it is not known what was signed before. */
  recovery: { nonce: string; answers: Map<number, { view: number; votes: Vote[] }> } | undefined
  /** The lowest view not cleared. */
  view: number
  enteredMs: number
  /** The era when the view was entered. */
  enteredEra: number
  readonly blocks: Map<string, HeldBlock>
  /** The first proposal of each view. */
  readonly proposals: Map<number, string>
  readonly certificates: Map<number, ViewCertificates>
  readonly tallies: Map<number, Tally[]>
  readonly own: Map<number, OwnVotes>
  readonly roots: Map<string, Roots & { knownMs: number }>
  /** Own votes by the token of the persist they wait for, with what leaves before them; no vote if only silence was made durable. */
  readonly pending: Map<number, { votes: Vote[]; before: Effect[] }>
  nextToken: number
  /** What the leader asked content for. */
  building: { view: number; era: number; parentHash: string } | undefined
  /** The block being committed. */
  committing: string | undefined
  /** Blocks asked for, and views asked about, since the last standstill. */
  readonly fetching: Set<string>
  readonly asked: Set<number>
  /** Equivocations told already, by view. */
  readonly accused: Map<number, Set<string>>
  /** When to repeat everything to everyone if nothing becomes final. */
  standstillMs: number
}

/**
 * A replica that knows nothing above the last committed block.
 * @param certificate the final certificate stored with that block, which may be of a descendant; null for genesis only
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

/** Keeps a proposal whose leader's signature was verified. */
export function holdProposal(replica: Replica, proposal: Proposal): void {
  const { hash, header } = proposal
  replica.fetching.delete(hash)
  if (header.view <= replica.committed.view || replica.blocks.has(hash)) return
  replica.blocks.set(hash, { proposal, status: 'new' })
  if (!replica.proposals.has(header.view)) replica.proposals.set(header.view, hash)
}

/** Counts a verified vote; with a quorum it becomes a certificate. Of one validator at most two votes of a kind are kept in a view. */
export function countVote(replica: Replica, { kind, view, hash, validator, signature }: Vote): void {
  if (view <= replica.final.view) return
  const tallies = replica.tallies.get(view) ?? []
  replica.tallies.set(view, tallies)
  if (tallies.filter((t) => t.kind === kind && t.signatures.has(validator)).length >= 2) return
  let tally = tallies.find((t) => t.kind === kind && t.hash === hash)
  if (tally === undefined) {
    tally = { kind, hash, signatures: new Map() }
    tallies.push(tally)
  }
  if (tally.signatures.has(validator)) return
  tally.signatures.set(validator, signature)
  if (tally.signatures.size !== replica.quorum) return
  const sorted = [...tally.signatures].sort(([a], [b]) => a - b)
  const signatures = sorted.map(([voter, bytes]) => ({ validator: voter, signature: bytes }))
  storeCertificate(replica, { kind, view, hash, signatures })
}

/** Keeps a verified certificate; a final one moves the final block. */
export function storeCertificate(replica: Replica, certificate: Certificate): void {
  const { kind, view, hash } = certificate
  if (view <= replica.final.view) return
  const known = replica.certificates.get(view) ?? {}
  replica.certificates.set(view, known)
  known[kind] ??= certificate
  if (kind === 'finalize') replica.final = { view, hash, certificate }
}

/** Forgets what lies at or below the committed block's view: no vote is cast there any more. */
export function prune(replica: Replica): void {
  const { view, hash } = replica.committed
  const { blocks, roots, proposals, certificates, tallies, own, accused } = replica
  for (const [key, block] of blocks) if (block.proposal.header.view <= view) blocks.delete(key)
  for (const key of roots.keys()) if (key !== hash && !blocks.has(key)) roots.delete(key)
  for (const byView of [proposals, certificates, tallies, own, accused]) {
    for (const key of byView.keys()) if (key <= view) byView.delete(key)
  }
}

/** The place of a held block or of the committed one. */
export function pointOf(replica: Replica, hash: string): Point | undefined {
  if (hash === replica.committed.hash) return replica.committed
  const header = replica.blocks.get(hash)?.proposal.header
  return header && { hash, height: header.height, view: header.view, era: header.era }
}

/** True for a block whose state is known: committed, or executed and good. */
export function isExecuted(replica: Replica, hash: string): boolean {
  return hash === replica.committed.hash || replica.blocks.get(hash)?.status === 'valid'
}

/** A view is cleared by its notarization, its skip certificate, or anything final at or above it. */
export function isCleared(replica: Replica, view: number): boolean {
  const { notarize, skip } = replica.certificates.get(view) ?? {}
  return view <= replica.final.view || notarize !== undefined || skip !== undefined
}
