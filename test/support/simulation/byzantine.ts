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

/** What a faulty validator does in place of sending what its core, which keeps the rules, wants to send. */
export type Misbehavior = (world: Simulation, self: Machine, effect: Send) => void

/** Ways to be faulty. Each is a maker: a misbehavior may remember what it did. */
export const MISBEHAVIORS = {
  'two proposals': twoProposals,
  'stale parent': staleParent,
  'backdated era': backdatedEra,
  'chosen hearers': chosenHearers,
  'late proposals': lateProposals,
  'replayed messages': replayedMessages,
  'votes for everything': votesForEverything,
  'forged certificates': forgedCertificates,
  'altered bodies': alteredBodies,
} satisfies Record<string, () => Misbehavior>

/** A leader shows half of the others one block, half another, and votes for both. */
function twoProposals(): Misbehavior {
  const others = new Map<string, string>()
  return (world, self, effect) => {
    const { message } = effect
    if (message.type === 'proposal' && isOwn(self, message.proposal)) {
      const { proposal } = message
      const other = forge(self, proposal, self.contents.other(bytesToHex(proposal.header.parentHash)))
      others.set(proposal.hash, other.hash)
      for (const peer of world.machines) {
        const shown = peer.id % 2 === 0 ? proposal : other
        world.send(self, {
          ...effect,
          to: { peer: String(peer.id) },
          message: { type: 'proposal', proposal: shown },
        })
      }
      return
    }
    world.send(self, effect)
    if (message.type !== 'vote') return
    const { kind, view, hash } = message.vote
    const other = others.get(hash)
    if (other !== undefined) say(world, self, signed(self, kind, view, other))
  }
}

/**
 * Leaders build on blocks that others have built on already, or that nobody notarized: above all on one another's. Their finalize votes for the
 * blocks of others never leave, so that these stay open longer.
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
    const shown = world.random.chance(0.5) ? message.proposal.parent : null
    const proposal = forge(self, { ...message.proposal, parent: shown }, changes)
    world.send(self, { ...effect, message: { type: 'proposal', proposal } })
    for (const kind of ['notarize', 'finalize'] as const)
      say(world, self, signed(self, kind, proposal.header.view, proposal.hash))
  }
}

/**
 * The parent of the block that it should build on, or any open block, preferably of another faulty leader. Mostly when there is something to
 * win: while the right parent is not final.
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

/** A leader says that its block is older, or younger, than it is. */
function backdatedEra(): Misbehavior {
  return (world, self, effect) => {
    const { message } = effect
    if (message.type !== 'proposal' || !isOwn(self, message.proposal)) return world.send(self, effect)
    const era = Math.max(0, message.proposal.header.era + world.random.below(8) - 5)
    const proposal = forge(self, message.proposal, { era })
    world.send(self, { ...effect, message: { type: 'proposal', proposal } })
    say(world, self, signed(self, 'notarize', proposal.header.view, proposal.hash))
  }
}

/** Everything reaches some of the others only. */
function chosenHearers(): Misbehavior {
  return (world, self, effect) => {
    for (const peer of world.machines) {
      const isMeant = effect.to === 'all' || effect.to.peer === String(peer.id)
      if (isMeant && world.random.chance(0.5)) world.send(self, { ...effect, to: { peer: String(peer.id) } })
    }
  }
}

/** Proposals reach each of the others at another time around the one at which they give up. */
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

/** What it said or heard once, it says again and again. */
function replayedMessages(): Misbehavior {
  const said: Message[] = []
  return (world, self, effect) => {
    world.send(self, effect)
    said.push(effect.message)
    const old = said[world.random.below(said.length)]
    if (old) say(world, self, old)
  }
}

/** Beside every vote it casts the opposite ones. */
function votesForEverything(): Misbehavior {
  return (world, self, effect) => {
    world.send(self, effect)
    const { message } = effect
    if (message.type !== 'vote') return
    const { view } = message.vote
    say(world, self, signed(self, 'skip', view, ''))
    for (const { proposal } of self.replica.blocks.values()) {
      if (proposal.header.view !== view) continue
      for (const kind of ['notarize', 'finalize'] as const)
        say(world, self, signed(self, kind, view, proposal.hash))
    }
  }
}

/** Certificates of its own votes alone, of too few, or of one vote counted often; and answers that are lies. */
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
      say(world, self, { type: 'certificate', certificate: { kind, view, hash, signatures } })
  }
}

/** Blocks that it passes on have another content than their leaders gave them; so do those it is asked for. */
function alteredBodies(): Misbehavior {
  return (world, self, effect) => {
    const { message } = effect
    if (message.type !== 'proposal') return world.send(self, effect)
    const { proposal } = message
    world.send(self, { ...effect, message: { type: 'proposal', proposal: withOtherBody(proposal) } })
  }
}

/** The same header over another body. */
export function withOtherBody(proposal: Proposal): Proposal {
  return { ...proposal, body: contentOn(bytesToHex(proposal.header.parentHash), -2).body }
}

function isOwn({ index }: Machine, { header }: Proposal): boolean {
  return header.proposer === index
}

function say(world: Simulation, self: Machine, message: Message): void {
  world.send(self, { type: 'send', to: 'all', message })
}

function signed({ index }: Machine, kind: VoteKind, view: number, hash: string): Message {
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
