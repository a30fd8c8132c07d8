import { bytesToHex } from '../../../src/codec/bytes.ts'
import type { Certificate, Proposal, VoteKind } from '../../../src/consensus/types.ts'
import { blockHash } from '../../../src/ledger/header.ts'
import { framesOf } from '../../../src/network/frames.ts'
import {
  type CosignaturesMessage,
  encodePeerMessage,
  laneOf,
  MAX_IDS,
  type PeerLimits,
  type PeerMessage,
} from '../../../src/network/peer-messages.ts'
import type { Random } from '../simulation/random.ts'

/** What a misbehavior works with. */
export interface Act {
  /** Public transport keys of all members, hex. */
  keys: readonly string[]
  random: Random
  limits: PeerLimits
  /** Messages that this peer sent or got on any connection. */
  kept: readonly PeerMessage[]
  vote(kind: VoteKind, view: number, hash: string): PeerMessage
  /** Its own cosignature of the log of headers. @param time seconds since 1970 */
  cosign(said: { size: number; root: Uint8Array; time: number }): CosignaturesMessage
  /** Signs again what was changed. */
  resign(proposal: Proposal, changes: Partial<Proposal['header']>): Proposal
}

/** How a faulty peer differs: what it sends in place of a message of its honest shell, and what it sends unprovoked, as messages or raw bytes. */
export interface Misbehavior {
  instead?(message: PeerMessage, act: Act): PeerMessage[]
  unprovoked?(act: Act): (PeerMessage | Uint8Array)[]
}

const randomBytes = (random: Random, length: number) => Uint8Array.from({ length }, () => random.below(256))
const randomHash = (random: Random) => bytesToHex(randomBytes(random, 32))
const cosignaturesIn = (kept: readonly PeerMessage[]) =>
  kept.filter((message): message is CosignaturesMessage => message.type === 'cosignatures')
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
    unprovoked: ({ keys, random }) => [{ type: 'duplicate', key: keys[random.below(keys.length)]! }],
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
  'forged cosignatures': {
    unprovoked: ({ random, kept, cosign, limits }) => {
      const genuine = cosignaturesIn(kept).at(-1)
      const [first] = genuine?.cosignatures ?? []
      if (genuine === undefined || first === undefined) return []
      const forged = (changes: Partial<typeof first>, of: Partial<CosignaturesMessage> = {}) => ({
        ...genuine,
        ...of,
        cosignatures: [{ ...first, ...changes }],
      })
      const other = (first.validator + 1) % limits.validators
      const [own] = cosign({ ...genuine, time: first.time }).cosignatures
      const choice = random.below(6)
      if (choice === 0) return [forged({ validator: other })]
      if (choice === 1) return [forged({ validator: other, signature: own!.signature })]
      if (choice === 2) return [forged({}, { size: genuine.size + 1 })]
      if (choice === 3) return [forged({}, { size: genuine.size + 2, root: randomBytes(random, 32) })]
      if (choice === 4) return [forged({ time: first.time + 1 }, { size: genuine.size + 3 })]
      return [forged({ validator: limits.validators })]
    },
  },
  'replayed cosignatures': {
    unprovoked: ({ random, kept }) => {
      const messages = cosignaturesIn(kept)
      return Array.from({ length: messages.length && 50 }, () => messages[random.below(messages.length)]!)
    },
  },
  'lies about the log': {
    instead: (message, { random, cosign }) => {
      const [said] = message.type === 'cosignatures' ? message.cosignatures : []
      if (message.type !== 'cosignatures' || said === undefined || random.chance(0.5)) return [message]
      return [message, cosign({ size: message.size, root: randomBytes(random, 32), time: said.time })]
    },
    unprovoked: ({ random, kept, cosign }) => {
      const size = cosignaturesIn(kept).at(-1)?.size ?? 1
      const isLate = random.chance(0.1)
      return Array.from({ length: 30 }, (_, i) =>
        cosign({
          size: random.chance(0.5) ? size + i : random.below(2 ** 40),
          root: randomBytes(random, 32),
          time: isLate ? 2 ** 48 - 1 : random.below(2 ** 40),
        }),
      )
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
