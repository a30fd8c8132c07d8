import { bytesToHex } from '../../../../src/codec/bytes.ts'
import type { Misbehavior } from '../misbehaviors.ts'
import { PEER_MISBEHAVIORS } from '../misbehaviors.ts'

/** Votes in one act of a flood. */
const VOTES = 500

const randomHash = () => bytesToHex(crypto.getRandomValues(new Uint8Array(32)))

/** What a validator does beside what simulated peers do: it contradicts itself to everyone's face, and floods with votes that verify. */
const OPEN: Record<string, Misbehavior> = {
  'contradicting votes': {
    instead: (message, { vote }) =>
      message.type === 'consensus' && message.message.type === 'vote'
        ? [message, vote('notarize', message.message.vote.view, randomHash())]
        : [message],
  },
  'contradicting proposals': {
    instead: (message, { resign }) =>
      message.type === 'compact'
        ? [message, { ...message, proposal: resign(message.proposal, { stateRoot: 5n }) }]
        : [message],
  },
  'a flood of its votes': {
    unprovoked: ({ vote, random }) =>
      Array.from({ length: VOTES }, () => vote('finalize', 1 + random.below(2 ** 30), randomHash())),
  },
}

/** Those that get it banned come last, because a ban takes longer than a turn. */
const BANNED = [
  'altered blocks',
  'forged actions and notes',
  'silence in the middle of a message',
  'replays',
  'half-valid messages',
  'forged certificates',
  'forged cosignatures',
  'lies about the log',
  'garbage',
]

/** All that the faulty validator does, in turns. */
export const VALIDATOR_ACTS: readonly Misbehavior[] = [
  ...Object.values(OPEN),
  ...Object.keys(PEER_MISBEHAVIORS)
    .filter((name) => !BANNED.includes(name))
    .concat(BANNED)
    .map((name) => PEER_MISBEHAVIORS[name]!),
]
