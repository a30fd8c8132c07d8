import { bytesToHex } from '../codec/bytes.ts'
import { missingViews } from './parent.ts'
import { askRecovery } from './recovery.ts'
import { pointOf, type Replica } from './replica.ts'
import { standstillAtMs } from './timing.ts'
import type { Effect, Message, Proposal } from './types.ts'

/** Bound on the certificates sent in answer to one `ask`; a peer that needs more asks again. */
const MAX_ANSWERS = 256

type Receiver = Extract<Effect, { type: 'send' }>['to']

/**
 * If no block was committed for some time, resends everything that peers may have missed and allows every fetch and ask to be repeated.
 * PROTOCOL.md, "Standstill".
 */
export function standstill(replica: Replica, nowMs: number, effects: Effect[]): void {
  if (nowMs < standstillAtMs(replica)) return
  replica.standstillMs = nowMs
  replica.fetching.clear()
  replica.asked.clear()
  resendAll(replica, 'all', effects)
  askRecovery(replica, 'all', effects)
}

/**
 * Sends the last final certificate, and all certificates, valid proposals and durable own votes above it, unchanged. A block is repeated only
 * once this node has applied it: a peer that gets an invalid one from here would take this node for a faulty one.
 */
export function resendAll(replica: Replica, to: Receiver, effects: Effect[]): void {
  const { final } = replica
  const send = (message: Message) => effects.push({ type: 'send', to, message })
  const isNew = ([view]: [number, unknown]) => view > final.view
  if (final.certificate) send({ type: 'certificate', certificate: final.certificate })
  for (const [, kinds] of [...replica.certificates].filter(isNew).sort(([a], [b]) => a - b)) {
    for (const certificate of Object.values(kinds)) send({ type: 'certificate', certificate })
  }
  for (const { proposal, isSigned, status } of replica.blocks.values()) {
    if (isSigned && status === 'valid' && proposal.header.view > final.view && maySend(replica, proposal))
      send({ type: 'proposal', proposal })
  }
  for (const [, votes] of [...replica.own].filter(isNew)) {
    for (const { vote, durable } of Object.values(votes)) if (durable) send({ type: 'vote', vote })
  }
}

/**
 * A proposal of this validator may be sent only once it is durable, which it is with its notarize vote: after a crash before that, the leader
 * might propose another block in the same view.
 */
function maySend({ config, own }: Replica, { header, hash }: Proposal): boolean {
  if (header.proposer !== config.self) return true
  const notarized = own.get(header.view)?.notarize
  return notarized?.durable === true && notarized.vote.hash === hash
}

/** Asks all peers for certificates that the current view's proposal needs and did not carry (it carries at most 64 skips). Once per view. */
export function askMissing(replica: Replica, effects: Effect[]): void {
  const { view, asked } = replica
  const header = replica.blocks.get(replica.proposals.get(view) ?? '')?.proposal.header
  const parent = header && pointOf(replica, bytesToHex(header.parentHash))
  if (parent === undefined || asked.has(view)) return
  const missing = missingViews(replica, parent, view).filter((below) => below > replica.final.view)
  if (missing.length === 0) return
  asked.add(view)
  const message: Message = { type: 'ask', from: missing[0]!, to: missing.at(-1)! }
  effects.push({ type: 'send', to: 'all', message })
}

/** Sends the held certificates of the requested views, both ends included, in order of view. */
export function answer(
  replica: Replica,
  peer: string,
  { from, to }: { from: number; to: number },
  effects: Effect[],
): void {
  let left = MAX_ANSWERS
  for (const [view, kinds] of [...replica.certificates].sort(([a], [b]) => a - b)) {
    if (view < from || view > to) continue
    for (const certificate of Object.values(kinds)) {
      if (left-- === 0) return
      effects.push({ type: 'send', to: { peer }, message: { type: 'certificate', certificate } })
    }
  }
}
