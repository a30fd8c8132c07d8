import { equalBytes } from '../../../src/codec/bytes.ts'
import { equivocate } from '../../../src/consensus/evidence.ts'
import type { Replica } from '../../../src/consensus/replica.ts'
import type { Certificate, Message, Proposal, Vote, Write } from '../../../src/consensus/types.ts'
import type { Disk } from './disk.ts'

/**
 * Checks the invariants of consensus. It sees everything that nodes send and commit, and every method throws an Error at the first breach.
 * PROTOCOL.md, "What consensus promises".
 */
export class Witness {
  /** Hash of the final block of each height, once any node committed it. */
  readonly #final = new Map<number, string>()
  readonly #votes = new Map<string, Vote[]>()
  readonly #heard = new Set<string>()
  readonly #proposals = new Map<string, string>()
  readonly #skipped = new Set<number>()
  readonly #finalized = new Set<number>()

  /** An honest node sends a message: its own votes and proposals must be durable, with what they rest on, and never contradict earlier ones. */
  sent(index: number, message: Message, disk: Disk): void {
    if (message.type === 'vote' && message.vote.validator === index) this.#voted(message.vote, disk)
    if (message.type === 'proposal' && message.proposal.header.proposer === index)
      this.#proposed(index, message.proposal, disk)
    if (message.type === 'certificate') this.#certified(index, message.certificate, disk)
  }

  /** An honest node casts votes: it must hold and have applied each block that it finalizes. */
  casts(index: number, writes: readonly Write[], { lostThrough }: Disk, { blocks }: Replica): void {
    for (const write of writes) {
      if (write.type !== 'vote' || write.vote.kind !== 'finalize' || write.vote.view <= lostThrough) continue
      if (blocks.get(write.vote.hash)?.status !== 'valid')
        throw new Error(`validator ${index} finalizes a block that it does not hold`)
    }
  }

  /** A message reaches a node. */
  heard(message: Message): void {
    if (message.type === 'vote') this.#heard.add(keyOf(message.vote))
    if (message.type !== 'certificate') return
    for (const { validator } of message.certificate.signatures)
      this.#heard.add(keyOf({ ...message.certificate, validator }))
  }

  /** A validator loses its record of votes. Votes that reached nobody do not bind it: messages in transit are lost with the connections. */
  forgotten(index: number): void {
    for (const [key, votes] of this.#votes) {
      if (votes[0]?.validator === index)
        this.#votes.set(
          key,
          votes.filter((vote) => this.#heard.has(keyOf(vote))),
        )
    }
  }

  /** A node commits a block: no other block may be final at its height, and it must follow the one before. */
  committed(index: number, { header, hash }: Proposal, disk: Disk): void {
    const known = this.#final.get(header.height)
    if (known !== undefined && known !== hash) throw new Error(`two final blocks of height ${header.height}`)
    this.#final.set(header.height, hash)
    if (header.era <= disk.tip.era) throw new Error(`era ${header.era} follows ${disk.tip.era}`)
    if (header.height !== disk.tip.height + 1)
      throw new Error(`node ${index} commits ${header.height} after ${disk.tip.height}`)
  }

  /** After every event of an honest node: no view may be both skipped and final, and memory must be bounded. */
  stepped(index: number, replica: Replica): void {
    for (const [view, { skip, finalize }] of replica.certificates) {
      if (skip) this.#skipped.add(view)
      if (finalize) this.#finalized.add(view)
      if (this.#skipped.has(view) && this.#finalized.has(view))
        throw new Error(`view ${view} is skipped and final`)
    }
    const held = replica.blocks.size + replica.certificates.size + replica.tallies.size + replica.roots.size
    if (held > 5_000) throw new Error(`node ${index} holds ${held} entries in memory`)
  }

  #voted(vote: Vote, { tip, stored, lostThrough }: Disk): void {
    const { validator, view, kind, hash } = vote
    const key = `${validator}/${view}`
    const before = this.#votes.get(key) ?? []
    const other = before.find((earlier) => equivocate(earlier, vote))
    if (other) throw new Error(`validator ${validator} voted ${other.kind} and ${kind} in view ${view}`)
    this.#votes.set(key, [...before, vote])
    if (view <= Math.max(tip.view, lostThrough)) return
    const isStored = stored.votes.some((v) => equalBytes(v.signature, vote.signature))
    const restsOn =
      kind === 'skip' ||
      (kind === 'notarize'
        ? stored.proposals.some((p) => p.hash === hash)
        : stored.certificates.some((c) => c.kind === 'notarize' && c.hash === hash))
    if (!isStored || !restsOn)
      throw new Error(`validator ${validator} sent a ${kind} vote before it was durable`)
  }

  #proposed(index: number, { header, hash }: Proposal, { tip, stored, lostThrough }: Disk): void {
    const key = `${index}/${header.view}`
    const before = this.#proposals.get(key)
    if (before !== undefined && before !== hash)
      throw new Error(`validator ${index} proposed twice in view ${header.view}`)
    this.#proposals.set(key, hash)
    const isSafe = header.view <= Math.max(tip.view, lostThrough)
    if (!isSafe && !stored.proposals.some((p) => p.hash === hash))
      throw new Error(`validator ${index} sent a proposal before it was durable`)
  }

  /** A certificate with the sender's own vote reveals that vote, so the vote must be durable. */
  #certified(index: number, { view, signatures }: Certificate, { tip, stored, lostThrough }: Disk): void {
    const own = signatures.find(({ validator }) => validator === index)
    if (own === undefined || view <= Math.max(tip.view, lostThrough)) return
    if (!stored.votes.some(({ signature }) => equalBytes(signature, own.signature)))
      throw new Error(`validator ${index} sent a certificate before its own vote in it was durable`)
  }
}

function keyOf({ validator, kind, view, hash }: Omit<Vote, 'signature'>): string {
  return `${validator}/${kind}/${view}/${hash}`
}
