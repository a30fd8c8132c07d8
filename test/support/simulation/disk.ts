import type {
  Certificate,
  Point,
  Proposal,
  Signed,
  StoredConsensus,
  Write,
} from '../../../src/consensus/types.ts'
import { GENESIS } from './cheap.ts'

/** Bound on the actions in `pool`; more never wait at once. */
const MAX_POOL = 200
const NOTHING_SIGNED: Signed = { closedView: -1, proposedView: -1, votes: [] }

/** A node's durable data: its database and signer.json. */
export class Disk {
  readonly stored: StoredConsensus = { votes: [], proposals: [], certificates: [] }
  readonly blocks: Proposal[] = []
  /** Actions accepted and not final yet, encoded. */
  pool: Uint8Array[] = []
  tip: Point = GENESIS
  certificate: Certificate | null = null
  /** The content of signer.json: updated after votes are in the database and before they are sent. Undefined if the file is lost. */
  signed: Signed | undefined = NOTHING_SIGNED
  /** Blocks and certificates that votes up to this view rested on may have been lost. */
  lostThrough = -1

  /** One transaction of the database. */
  write(writes: readonly Write[]): void {
    for (const write of writes) {
      if (write.type === 'proposal') this.stored.proposals.push(write.proposal)
      else if (write.type === 'certificate') this.stored.certificates.push(write.certificate)
      else if (write.type === 'vote') this.#vote(write.vote)
    }
  }

  /** Updates signer.json, after the writes are in the database. */
  note(writes: readonly Write[]): void {
    for (const write of writes) {
      if (write.type === 'close') this.signed = { ...NOTHING_SIGNED, ...this.signed, ...write }
    }
    const { signed } = this
    if (signed === undefined) return
    const votes = writes.flatMap((write) => (write.type === 'vote' ? [write.vote] : []))
    const isOpen = ({ view }: { view: number }) => view > this.tip.view
    const added = votes.filter(isOpen).map(({ kind, view, hash }) => ({ kind, view, hash }))
    const closedView = Math.max(signed.closedView, this.tip.view)
    this.signed = { ...signed, closedView, votes: [...signed.votes.filter(isOpen), ...added] }
  }

  /** A copy of the database. signer.json is not part of a backup. */
  backup(): Disk {
    const copy = new Disk()
    copy.blocks.push(...this.blocks)
    copy.pool = [...this.pool]
    copy.tip = this.tip
    copy.certificate = this.certificate
    for (const kind of ['votes', 'proposals', 'certificates'] as const) {
      copy.stored[kind] = [...this.stored[kind]] as never
    }
    return copy
  }

  commit(proposal: Proposal, certificate: Certificate): void {
    const { header, hash } = proposal
    this.tip = { hash, height: header.height, view: header.view, era: header.era }
    this.certificate = certificate
    this.blocks.push(proposal)
  }

  /** Drops votes, proposals and certificates at or below the tip's view. */
  prune(): void {
    const { stored, tip } = this
    stored.votes = stored.votes.filter(({ view }) => view > tip.view)
    stored.proposals = stored.proposals.filter(({ header }) => header.view > tip.view)
    stored.certificates = stored.certificates.filter(({ view }) => view > tip.view)
    this.pool = this.pool.slice(-MAX_POOL)
  }

  /** Adds a vote. @throws Error if it violates a unique key of the real table: (view, kind), and (view) among skip and finalize */
  #vote(vote: StoredConsensus['votes'][number]): void {
    const inView = this.stored.votes.filter(({ view }) => view === vote.view)
    const isTaken = inView.some(
      ({ kind }) => kind === vote.kind || (kind !== 'notarize' && vote.kind !== 'notarize'),
    )
    if (isTaken) throw new Error(`a ${vote.kind} vote in view ${vote.view} breaks a key of the vote table`)
    this.stored.votes.push(vote)
  }
}
