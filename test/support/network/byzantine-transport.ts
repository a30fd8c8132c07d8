import { bytesToHex } from '../../../src/codec/bytes.ts'
import { proposalMessage, voteMessage } from '../../../src/consensus/signed-bytes.ts'
import type { Vote } from '../../../src/consensus/types.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import { chainIdOf, type Genesis } from '../../../src/ledger/genesis.ts'
import { blockHash } from '../../../src/ledger/header.ts'
import { formatCheckpoint } from '../../../src/log/checkpoint.ts'
import { cosign } from '../../../src/log/cosignature.ts'
import { originOf } from '../../../src/log/cosigned.ts'
import { FrameReader, framesOf } from '../../../src/network/frames.ts'
import {
  decodePeerMessage,
  encodePeerMessage,
  laneCaps,
  laneOf,
  type PeerMessage,
} from '../../../src/network/peer-messages.ts'
import type { Transport, Wire } from '../../../src/network/transport.ts'
import type { Clock } from '../../../src/process/clock.ts'
import type { Random } from '../simulation/random.ts'
import type { Act, Misbehavior } from './misbehaviors.ts'

/** Messages that are kept to be sent again. */
const MAX_KEPT = 200

/** A faulty member of a network, and how it misbehaves. */
export interface FaultyPeer {
  genesis: Genesis
  /** Index among the validators; undefined for an observer. */
  validator: number | undefined
  /** Public transport keys of all members, hex. */
  keys: readonly string[]
  /** Signs for consensus with its own key. */
  sign(message: Uint8Array): Uint8Array
  /** Signs for the log of headers with its own key. */
  signLog(message: Uint8Array): Uint8Array
  /** Its misbehaviors at the moment; none while it is honest. */
  acts(): readonly Misbehavior[]
  /** Time between unprovoked acts on each connection: a random part of it more. */
  actMs: number
  clock: Clock
  random: Random
}

/**
 * The shell of an honest node, with real keys, whose every byte goes through its misbehaviors. So it knows the chain, takes its turn as leader, and
 * lies in what it sends.
 */
export function byzantineTransport(inner: Transport, peer: FaultyPeer): Transport {
  const kept: PeerMessage[] = []
  const wrap = (wire: Wire) => misbehave(wire, peer, kept)
  return {
    listen: (address, handlers) =>
      inner.listen(address, { ...handlers, onPeer: (wire, key) => handlers.onPeer(wrap(wire), key) }),
    dial: (address, key) => inner.dial(address, key).then(wrap),
  }
}

function misbehave(wire: Wire, peer: FaultyPeer, kept: PeerMessage[]): Wire {
  const { clock, random, actMs } = peer
  const act = actOf(peer, kept)
  const reader = new FrameReader(laneCaps(act.limits))
  const send = (sent: PeerMessage | Uint8Array) => {
    if (sent instanceof Uint8Array) wire.write(sent)
    else
      for (const frame of framesOf(encodePeerMessage(sent, act.limits), laneOf(sent.type))) wire.write(frame)
  }
  const timer = clock.every(actMs + random.below(actMs), () => {
    if (wire.destroyed) return clock.cancel(timer)
    const acts = peer.acts()
    if (acts.length === 0) return
    const { unprovoked } = acts[random.below(acts.length)]!
    for (const sent of unprovoked?.(act) ?? []) send(sent)
  })
  const write = (bytes: Uint8Array) => {
    for (const { message } of reader.push(bytes)) {
      let messages = [decodePeerMessage(message, act.limits)]
      keep(kept, messages[0]!)
      if (messages[0]!.type !== 'hello')
        for (const { instead } of peer.acts())
          messages = messages.flatMap((one) => instead?.(one, act) ?? [one])
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

function actOf(
  { genesis, validator, keys, sign, signLog, random }: FaultyPeer,
  kept: readonly PeerMessage[],
): Act {
  const chainId = chainIdOf(genesis)
  const origin = originOf(fieldToHex(chainId))
  return {
    keys,
    kept,
    random,
    limits: { ...genesis.limits, validators: genesis.validators.length },
    vote(kind, view, hash) {
      const signature = sign(voteMessage(chainId, { kind, view, hash }))
      const vote: Vote = { kind, view, hash, validator: validator ?? 0, signature }
      return { type: 'consensus', message: { type: 'vote', vote } }
    },
    cosign({ size, root, time }) {
      const own = cosign(formatCheckpoint({ origin, size, root }), time, signLog)
      return { type: 'cosignatures', size, root, cosignatures: [{ validator: validator ?? 0, ...own }] }
    },
    resign(proposal, changes) {
      const header = { ...proposal.header, ...changes }
      const hash = bytesToHex(blockHash(header))
      if (header.proposer !== validator) return proposal
      return { ...proposal, header, hash, signature: sign(proposalMessage(hash)) }
    },
  }
}
