import type {
  Certificate,
  Point,
  Proposal,
  Signed,
  StoredConsensus,
  Write,
} from '../../../src/consensus/types.ts'
import { GENESIS } from './cheap.ts'

/** More is not waiting at once. */
const MAX_POOL = 200
const NOTHING_SIGNED: Signed = { closedView: -1, proposedView: -1, votes: [] }

/** What survives a crash. */
export class Disk {
  readonly stored: StoredConsensus = { votes: [], proposals: [], certificates: [] }
  readonly blocks: Proposal[] = []
  /** Actions accepted and not final yet, encoded. */
  pool: Uint8Array[] = []
  tip: Point = GENESIS
  certificate: Certificate | null = null
  /** As beside the key: noted after the votes are durable and before they leave. Undefined once the file is lost. */
  signed: Signed | undefined = NOTHING_SIGNED
  /** What votes up to this view rested on may be lost. */
  lostThrough = -1

  /** All or nothing; signer.json is raised after it. */
  write(writes: readonly Write[]): void {
    for (const write of writes) {
      if (write.type === 'proposal') this.stored.proposals.push(write.proposal)
      else if (write.type === 'certificate') this.stored.certificates.push(write.certificate)
      else if (write.type === 'vote') this.#vote(write.vote)
    }
  }

  /** What comes after the database in making a vote durable. */
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

  /** The database as it is now; signer.json is no part of a backup. */
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

  /** Forgets what lies at or below the tip's view. */
  prune(): void {
    const { stored, tip } = this
    stored.votes = stored.votes.filter(({ view }) => view > tip.view)
    stored.proposals = stored.proposals.filter(({ header }) => header.view > tip.view)
    stored.certificates = stored.certificates.filter(({ view }) => view > tip.view)
    this.pool = this.pool.slice(-MAX_POOL)
  }

  /** The keys of the table of votes. */
  #vote(vote: StoredConsensus['votes'][number]): void {
    const inView = this.stored.votes.filter(({ view }) => view === vote.view)
    const isTaken = inView.some(
      ({ kind }) => kind === vote.kind || (kind !== 'notarize' && vote.kind !== 'notarize'),
    )
    if (isTaken) throw new Error(`a ${vote.kind} vote in view ${vote.view} breaks a key of the vote table`)
    this.stored.votes.push(vote)
  }
}
