import { bytesToHex, hexToBytes } from '../../../src/codec/bytes.ts'
import { proposalMessage, recoveryMessage, voteMessage } from '../../../src/consensus/signed-bytes.ts'
import type {
  Certificate,
  Effect,
  Message,
  Point,
  Proposal,
  Vote,
  VoteKind,
} from '../../../src/consensus/types.ts'
import { type BlockHeader, blockHash } from '../../../src/ledger/header.ts'
import { cheapSignature, contentOn } from './cheap.ts'
import type { Machine } from './machine.ts'
import type { Simulation } from './simulation.ts'

type Send = Extract<Effect, { type: 'send' }>

/** Replaces the sending of a faulty validator: its core keeps the rules, and this decides what is sent instead of `effect`. */
export type Misbehavior = (world: Simulation, self: Machine, effect: Send) => void

/** Makers of misbehaviors: each call gives one with a memory of its own. Seeds choose by position, so the order matters. */
export const MISBEHAVIORS = {
  'two proposals': twoProposals,
  'stale parent': staleParent,
  'backdated era': backdatedEra,
  'selective sending': selectiveSending,
  'late proposals': lateProposals,
  'replayed messages': replayedMessages,
  'votes for everything': votesForEverything,
  'forged certificates': forgedCertificates,
  'altered bodies': alteredBodies,
  'forged escorts': forgedEscorts,
} satisfies Record<string, () => Misbehavior>

/** As leader, sends one block to half of the validators and another to the rest, and votes for both. */
function twoProposals(): Misbehavior {
  const others = new Map<string, string>()
  return (world, self, effect) => {
    const { message } = effect
    if (message.type === 'proposal' && isOwn(self, message.proposal)) {
      const { proposal } = message
      const other = forge(self, proposal, self.contents.other(bytesToHex(proposal.header.parentHash)))
      others.set(proposal.hash, other.hash)
      for (const peer of world.machines) {
        const sent = peer.id % 2 === 0 ? proposal : other
        world.send(self, {
          ...effect,
          to: { peer: String(peer.id) },
          message: { type: 'proposal', proposal: sent },
        })
      }
      return
    }
    world.send(self, effect)
    if (message.type !== 'vote') return
    const { kind, view, hash } = message.vote
    const other = others.get(hash)
    if (other !== undefined) broadcast(world, self, signedVote(self, kind, view, other))
  }
}

/**
 * As leader, builds on blocks that already have a child, or that are not notarized, preferably on those of other faulty leaders. It sends
 * finalize votes for these blocks only, so that others take longer to become final.
 */
function staleParent(): Misbehavior {
  return (world, self, effect) => {
    const { message } = effect
    const isFinalize = message.type === 'vote' && message.vote.kind === 'finalize'
    if (isFinalize) return
    if (message.type !== 'proposal' || !isOwn(self, message.proposal)) return world.send(self, effect)
    const parent = staleParentOf(world, self, message.proposal)
    if (parent === undefined) return world.send(self, effect)
    const changes = {
      height: parent.height + 1,
      era: Math.max(message.proposal.header.era, parent.era + 1),
      parentHash: hexToBytes(parent.hash),
      ...self.contents.rootsAfter(parent.hash),
      ...self.contents.other(parent.hash),
    }
    const certificate = world.random.chance(0.5) ? message.proposal.parent : null
    const proposal = forge(self, { ...message.proposal, parent: certificate }, changes)
    world.send(self, { ...effect, message: { type: 'proposal', proposal } })
    for (const kind of ['notarize', 'finalize'] as const)
      broadcast(world, self, signedVote(self, kind, proposal.header.view, proposal.hash))
  }
}

/**
 * A wrong parent: the parent of the right one, or any block that is not final, preferably of another faulty leader. Usually undefined if the
 * right parent is final, because then nothing can be gained.
 */
function staleParentOf(world: Simulation, self: Machine, { header }: Proposal): Point | undefined {
  const open = [...self.replica.blocks.values()].map(({ proposal }) => proposal)
  const held = [...open, ...self.disk.blocks.slice(-3)]
  const hash = bytesToHex(header.parentHash)
  const right = held.find((proposal) => proposal.hash === hash)
  const grandparent = held.find((proposal) => right && proposal.hash === bytesToHex(right.header.parentHash))
  const isOpen = right !== undefined && right.header.view > self.replica.final.view
  if (!isOpen && world.random.chance(0.8)) return undefined
  const accomplices = open.filter((proposal) => !world.isHonest({ index: proposal.header.proposer }))
  const others = world.random.chance(0.5) && accomplices.length > 0 ? accomplices : open
  const choice = world.random.chance(0.5) ? grandparent : others[world.random.below(others.length)]
  return choice && choice.hash !== hash ? { ...choice.header, hash: choice.hash } : undefined
}

/** As leader, gives its block a wrong era, earlier or later. */
function backdatedEra(): Misbehavior {
  return (world, self, effect) => {
    const { message } = effect
    if (message.type !== 'proposal' || !isOwn(self, message.proposal)) return world.send(self, effect)
    const era = Math.max(0, message.proposal.header.era + world.random.below(8) - 5)
    const proposal = forge(self, message.proposal, { era })
    world.send(self, { ...effect, message: { type: 'proposal', proposal } })
    broadcast(world, self, signedVote(self, 'notarize', proposal.header.view, proposal.hash))
  }
}

/** Sends each message to a random half of its receivers. */
function selectiveSending(): Misbehavior {
  return (world, self, effect) => {
    for (const peer of world.machines) {
      const isMeant = effect.to === 'all' || effect.to.peer === String(peer.id)
      if (isMeant && world.random.chance(0.5)) world.send(self, { ...effect, to: { peer: String(peer.id) } })
    }
  }
}

/** Delays its proposals for each receiver differently, around the time at which views are skipped. */
function lateProposals(): Misbehavior {
  return (world, self, effect) => {
    if (effect.message.type !== 'proposal') return world.send(self, effect)
    for (const peer of world.machines) {
      world.schedule.after(world.random.below(4_000), () =>
        world.send(self, { ...effect, to: { peer: String(peer.id) } }),
      )
    }
  }
}

/** Sends its own earlier messages again and again. */
function replayedMessages(): Misbehavior {
  const sent: Message[] = []
  return (world, self, effect) => {
    world.send(self, effect)
    sent.push(effect.message)
    const old = sent[world.random.below(sent.length)]
    if (old) broadcast(world, self, old)
  }
}

/** With every vote, also casts all others of the same view. */
function votesForEverything(): Misbehavior {
  return (world, self, effect) => {
    world.send(self, effect)
    const { message } = effect
    if (message.type !== 'vote') return
    const { view } = message.vote
    broadcast(world, self, signedVote(self, 'skip', view, ''))
    for (const { proposal } of self.replica.blocks.values()) {
      if (proposal.header.view !== view) continue
      for (const kind of ['notarize', 'finalize'] as const)
        broadcast(world, self, signedVote(self, kind, view, proposal.hash))
    }
  }
}

/** Sends certificates with too few votes, or with its own vote several times, and false recovery answers. */
function forgedCertificates(): Misbehavior {
  return (world, self, effect) => {
    const { message } = effect
    if (message.type === 'recovery') {
      const { nonce } = message.answer
      const view = world.random.chance(0.5) ? 0 : 1_000_000
      const signature = cheapSignature(self.index, recoveryMessage(1n, nonce, view))
      const answer = {
        validator: self.index,
        nonce,
        view,
        certificate: null,
        final: null,
        votes: [],
        signature,
      }
      return world.send(self, { ...effect, message: { type: 'recovery', answer } })
    }
    world.send(self, effect)
    if (message.type !== 'vote') return
    const { quorum } = self.replica
    const { kind, view, hash } = message.vote
    const genuine = self.replica.tallies
      .get(view)
      ?.find((tally) => tally.kind === kind && tally.hash === hash)
    const known = [...(genuine?.signatures ?? [])].map(([validator, signature]) => ({ validator, signature }))
    const own = { validator: self.index, signature: message.vote.signature }
    const guesses: Certificate['signatures'][] = [
      known,
      Array.from({ length: quorum }, () => own),
      Array.from({ length: quorum }, (_, validator) => ({ ...own, validator })),
      [...known, ...Array.from({ length: Math.max(0, quorum - known.length) }, () => own)],
    ]
    for (const signatures of guesses)
      broadcast(world, self, { type: 'certificate', certificate: { kind, view, hash, signatures } })
  }
}

/** Forwards and serves blocks with another body than their leaders gave them (serving: `Machine.serve`). */
function alteredBodies(): Misbehavior {
  return (world, self, effect) => {
    const { message } = effect
    if (message.type !== 'proposal') return world.send(self, effect)
    const { proposal } = message
    world.send(self, { ...effect, message: { type: 'proposal', proposal: withOtherBody(proposal) } })
  }
}

/** Sends its own and others' proposals with forged certificates in place of those that travel with them, some to nobody's need. */
function forgedEscorts(): Misbehavior {
  return (world, self, effect) => {
    const { message } = effect
    if (message.type !== 'proposal') return world.send(self, effect)
    const { proposal } = message
    const signatures = Array.from({ length: self.replica.quorum }, (_, validator) => ({
      validator,
      signature: new Uint8Array(64),
    }))
    const { view } = proposal.header
    const first = Math.max(1, view - 1 - world.random.below(4))
    const skips = Array.from({ length: view - first }, (_, i): Certificate => {
      return { kind: 'skip', view: first + i, hash: '', signatures }
    })
    const parent = proposal.parent && { ...proposal.parent, signatures }
    const forged = { ...proposal, parent: world.random.chance(0.5) ? parent : proposal.parent, skips }
    for (const peer of world.machines) {
      const isMeant = effect.to === 'all' || effect.to.peer === String(peer.id)
      const sent: Message = { type: 'proposal', proposal: world.random.chance(0.5) ? forged : proposal }
      if (isMeant) world.send(self, { ...effect, to: { peer: String(peer.id) }, message: sent })
    }
  }
}

/** The proposal with another body under the same header. */
export function withOtherBody(proposal: Proposal): Proposal {
  return { ...proposal, body: contentOn(bytesToHex(proposal.header.parentHash), -2).body }
}

function isOwn({ index }: Machine, { header }: Proposal): boolean {
  return header.proposer === index
}

function broadcast(world: Simulation, self: Machine, message: Message): void {
  world.send(self, { type: 'send', to: 'all', message })
}

function signedVote({ index }: Machine, kind: VoteKind, view: number, hash: string): Message {
  const subject = { kind, view, hash }
  const vote: Vote = {
    ...subject,
    validator: index,
    signature: cheapSignature(index, voteMessage(1n, subject)),
  }
  return { type: 'vote', vote }
}

function forge(
  { index }: Machine,
  proposal: Proposal,
  { body = proposal.body, ...changes }: Partial<BlockHeader> & { body?: Uint8Array },
): Proposal {
  const header = { ...proposal.header, ...changes }
  const hash = bytesToHex(blockHash(header))
  return { ...proposal, header, hash, body, signature: cheapSignature(index, proposalMessage(hash)) }
}
