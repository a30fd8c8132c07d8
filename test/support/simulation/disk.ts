import type { Certificate, Point, Proposal, StoredConsensus, Write } from '../../../src/consensus/types.ts'
import { GENESIS } from './cheap.ts'

/** What survives a crash. */
export class Disk {
  readonly stored: StoredConsensus = { votes: [], proposals: [], certificates: [] }
  readonly blocks: Proposal[] = []
  tip: Point = GENESIS
  certificate: Certificate | null = null
  /** As beside the key: raised after the votes are durable and before they leave. */
  highestSigned = -1

  /** All or nothing. */
  write(writes: readonly Write[]): void {
    for (const write of writes) {
      if (write.type === 'proposal') this.stored.proposals.push(write.proposal)
      else if (write.type === 'certificate') this.stored.certificates.push(write.certificate)
      else this.#vote(write.vote)
    }
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
  }

  /** The keys of the table of votes. */
  #vote(vote: StoredConsensus['votes'][number]): void {
    const inView = this.stored.votes.filter(({ view }) => view === vote.view)
    const isTaken = inView.some(
      ({ kind }) => kind === vote.kind || (kind !== 'notarise' && vote.kind !== 'notarise'),
    )
    if (isTaken) throw new Error(`a ${vote.kind} vote in view ${vote.view} breaks a key of the vote table`)
    this.stored.votes.push(vote)
    this.highestSigned = Math.max(this.highestSigned, vote.view)
  }
}
