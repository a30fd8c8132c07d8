import { bytesToHex } from '../../../../src/codec/bytes.ts'
import { proposalMessage, voteMessage } from '../../../../src/consensus/signed-bytes.ts'
import type { Certificate, Proposal, Vote, VoteKind } from '../../../../src/consensus/types.ts'
import { chainIdOf } from '../../../../src/ledger/genesis.ts'
import { blockHash } from '../../../../src/ledger/header.ts'
import { FrameReader, framesOf } from '../../../../src/network/frames.ts'
import {
  decodePeerMessage,
  encodePeerMessage,
  laneCaps,
  laneOf,
  MAX_IDS,
  type PeerLimits,
  type PeerMessage,
} from '../../../../src/network/peer-messages.ts'
import type { Transport, Wire } from '../../../../src/network/transport.ts'
import { cheapSignature } from '../cheap.ts'
import type { Random } from '../random.ts'
import type { NodeWorld } from './node-world.ts'
import type { SimNode } from './sim-node.ts'

/** Time between unprovoked acts on each connection. */
const ACT_MS = 500
/** Messages that are kept to be sent again. */
const MAX_KEPT = 200

/** What a misbehavior works with. */
interface Act {
  node: SimNode
  random: Random
  limits: PeerLimits
  /** Messages that this peer sent or got on any connection. */
  kept: readonly PeerMessage[]
  vote(kind: VoteKind, view: number, hash: string): PeerMessage
  /** Signs again what was changed. */
  resign(proposal: Proposal, changes: Partial<Proposal['header']>): Proposal
}

/** How a faulty peer differs: what it sends in place of a message of its honest shell, and what it sends unprovoked, as messages or raw bytes. */
interface Misbehavior {
  instead?(message: PeerMessage, act: Act): PeerMessage[]
  unprovoked?(act: Act): (PeerMessage | Uint8Array)[]
}

const randomBytes = (random: Random, length: number) => Uint8Array.from({ length }, () => random.below(256))
const randomHash = (random: Random) => bytesToHex(randomBytes(random, 32))
const isBulk = ({ type }: PeerMessage) => type === 'actions' || type === 'block' || type === 'blocks'

/** Seeds choose by position, so the order matters. */
export const PEER_MISBEHAVIORS: Record<string, Misbehavior> = {
  garbage: { unprovoked: ({ random }) => [randomBytes(random, 1 + random.below(200))] },
  'half-valid messages': {
    unprovoked: ({ random, kept, limits }) => {
      const message = kept[random.below(kept.length)]
      if (message === undefined) return []
      const bytes = encodePeerMessage(message, limits).slice()
      bytes[random.below(bytes.length)]! ^= 1 << random.below(8)
      return [...framesOf(bytes, laneOf(message.type))]
    },
  },
  'silence in the middle of a message': {
    unprovoked: ({ random }) => (random.chance(0.2) ? [new Uint8Array([0xfd, 0xe8, 0x81, 1, 2, 3])] : []),
  },
  'withheld answers': {
    instead: (message, { random }) => (isBulk(message) && random.chance(0.8) ? [] : [message]),
  },
  'selective sending': { instead: (message, { random }) => (random.chance(0.5) ? [message] : []) },
  floods: {
    unprovoked: ({ random }) => {
      const ids = Array.from({ length: 500 }, () => randomHash(random)).slice(0, MAX_IDS)
      const choice = random.below(4)
      if (choice === 0) return [{ type: 'have', ids }]
      if (choice === 1) return [{ type: 'want', ids }]
      if (choice === 2) return ids.slice(0, 50).map((hash) => ({ type: 'get-block', hash }))
      return Array.from({ length: 50 }, (_, i) => ({ type: 'get-blocks', from: i, count: 64 }))
    },
  },
  'forged certificates': {
    unprovoked: ({ random, vote, limits, kept }) => {
      const genuine = kept.find((message) => message.type === 'ping' && message.status !== null)
      const view = 1 + random.below(200)
      const hash = randomHash(random)
      const kind: VoteKind = random.chance(0.5) ? 'finalize' : 'notarize'
      const own = vote(kind, view, hash)
      if (own.type !== 'consensus' || own.message.type !== 'vote') return []
      const { signature } = own.message.vote
      const count = Math.floor((2 * limits.validators) / 3) + 1
      const signatures = Array.from({ length: count }, (_, validator) => ({ validator, signature }))
      const certificate: Certificate = { kind, view, hash, signatures }
      const forged: PeerMessage[] = [{ type: 'consensus', message: { type: 'certificate', certificate } }]
      if (genuine?.type !== 'ping' || random.chance(0.5)) return forged
      const header = { ...genuine.status!.header, height: genuine.status!.header.height + 1_000 }
      const lie = {
        header,
        certificate: { ...genuine.status!.certificate, hash: bytesToHex(blockHash(header)) },
      }
      return [{ type: 'ping', clockMs: 0, status: lie }]
    },
  },
  'unasked answers': {
    unprovoked: ({ random, kept }) => {
      const answers = kept.filter((message) => isBulk(message) || message.type === 'pong')
      const message = answers[random.below(answers.length)]
      const pong: PeerMessage = { type: 'pong', sentMs: 0, clockMs: random.below(2 ** 40) }
      return message === undefined ? [pong] : [message, pong]
    },
  },
  'wrong roots': {
    instead: (message, { resign }) =>
      message.type === 'compact' && message.proposal.header.height > 0
        ? [{ ...message, proposal: resign(message.proposal, { stateRoot: 5n }) }]
        : [message],
  },
  'two proposals': {
    instead: (message, { random, resign }) =>
      message.type === 'compact' && random.chance(0.5)
        ? [{ ...message, proposal: resign(message.proposal, { era: message.proposal.header.era + 1 }) }]
        : [message],
  },
  'withheld actions': {
    instead: (message, { random, resign }) =>
      message.type === 'compact'
        ? [{ ...message, proposal: { ...resign(message.proposal, {}), body: randomBytes(random, 64) } }]
        : message.type === 'actions'
          ? []
          : [message],
  },
  replays: { unprovoked: ({ random, kept }) => kept.slice(-3 - random.below(10)) },
  'votes for everything': {
    unprovoked: ({ random, vote, kept }) => {
      const seen = kept.findLast((message) => message.type === 'compact')
      const view = seen?.type === 'compact' ? seen.proposal.header.view : 1 + random.below(5)
      const hash = seen?.type === 'compact' ? seen.proposal.hash : randomHash(random)
      return [
        vote('skip', view, ''),
        vote('finalize', view, hash),
        vote('notarize', view, randomHash(random)),
        vote('finalize', view + random.below(1_000_000), randomHash(random)),
      ]
    },
  },
  'false reports of a second process': {
    unprovoked: ({ node, random }) => {
      const { members } = node.world.chain
      return [{ type: 'duplicate', key: members[random.below(members.length)]!.peer.key }]
    },
  },
  'forged actions and notes': {
    instead: (message, { random }) => {
      if (message.type !== 'actions') return [message]
      const actions = message.actions.map(({ bytes, note }) => {
        const forged = bytes.slice()
        if (random.chance(0.5)) forged[forged.length - 1]! ^= 1
        return { bytes: forged, note: random.chance(0.5) ? note : 'a note that nobody sent' }
      })
      return [{ ...message, actions }]
    },
  },
  'altered blocks': {
    instead: (message, { random }) => {
      if (message.type === 'block')
        return [{ ...message, proposal: { ...message.proposal, body: randomBytes(random, 9) } }]
      if (message.type !== 'blocks') return [message]
      return [
        { ...message, blocks: message.blocks.map((block) => ({ ...block, body: randomBytes(random, 9) })) },
      ]
    },
  },
}

/**
 * A faulty member: the shell of an honest node, with real keys, whose every byte goes through its misbehaviors. So it knows the chain, takes its turn as
 * leader, and lies in what it sends.
 */
export function byzantineTransport(names: readonly string[], inner: Transport, node: SimNode): Transport {
  const acts = names.map((name) => PEER_MISBEHAVIORS[name]!)
  const kept: PeerMessage[] = []
  const wrap = (wire: Wire) => misbehave(wire, { acts, kept, node })
  return {
    listen: (address, handlers) =>
      inner.listen(address, { ...handlers, onPeer: (wire, key) => handlers.onPeer(wrap(wire), key) }),
    dial: (address, key) => inner.dial(address, key).then(wrap),
  }
}

function misbehave(
  wire: Wire,
  { acts, kept, node }: { acts: readonly Misbehavior[]; kept: PeerMessage[]; node: SimNode },
): Wire {
  const { world } = node
  const act = actOf(node, kept)
  const { clock } = node.endpoint!
  const reader = new FrameReader(laneCaps(act.limits))
  const send = (sent: PeerMessage | Uint8Array) => {
    if (sent instanceof Uint8Array) wire.write(sent)
    else
      for (const frame of framesOf(encodePeerMessage(sent, act.limits), laneOf(sent.type))) wire.write(frame)
  }
  const timer = clock.every(ACT_MS + world.random.below(ACT_MS), () => {
    if (wire.destroyed) return clock.cancel(timer)
    const { unprovoked } = acts[world.random.below(acts.length)]!
    for (const sent of unprovoked?.(act) ?? []) send(sent)
  })
  const write = (bytes: Uint8Array) => {
    for (const { message } of reader.push(bytes)) {
      let messages = [decodePeerMessage(message, act.limits)]
      keep(kept, messages[0]!)
      if (messages[0]!.type !== 'hello')
        for (const { instead } of acts) messages = messages.flatMap((one) => instead?.(one, act) ?? [one])
      for (const one of messages) send(one)
    }
  }
  return Object.create(wire, {
    destroyed: { get: () => wire.destroyed },
    writableLength: { get: () => wire.writableLength },
    write: { value: write },
    destroy: { value: () => wire.destroy() },
    pause: { value: () => wire.pause() },
    resume: { value: () => wire.resume() },
    on: { value: (event: 'data', listener: (chunk: Uint8Array) => void) => wire.on(event, listener) },
  }) as Wire
}

function keep(kept: PeerMessage[], message: PeerMessage): void {
  kept.push(message)
  if (kept.length > MAX_KEPT) kept.shift()
}

function actOf(node: SimNode, kept: readonly PeerMessage[]): Act {
  const world: NodeWorld = node.world
  const { genesis } = world.chain
  const validator = node.validator ?? 0
  const chainId = chainIdOf(genesis)
  // An observer has no key that anybody would count.
  const sign = (message: Uint8Array) => cheapSignature(node.validator ?? -1, message)
  return {
    node,
    kept,
    random: world.random,
    limits: { ...genesis.limits, validators: genesis.validators.length },
    vote(kind, view, hash) {
      const vote: Vote = {
        kind,
        view,
        hash,
        validator,
        signature: sign(voteMessage(chainId, { kind, view, hash })),
      }
      return { type: 'consensus', message: { type: 'vote', vote } }
    },
    resign(proposal, changes) {
      const header = { ...proposal.header, ...changes }
      const hash = bytesToHex(blockHash(header))
      if (header.proposer !== node.validator) return proposal
      return { ...proposal, header, hash, signature: sign(proposalMessage(hash)) }
    },
  }
}
