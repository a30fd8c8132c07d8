import { bytesToHex } from '../codec/bytes.ts'
import { missingViews } from './parent.ts'
import { askRecovery } from './recovery.ts'
import { pointOf, type Replica } from './replica.ts'
import { standstillAtMs } from './timing.ts'
import type { Effect, Message, Proposal } from './types.ts'

/** Certificates in one answer; who needs more asks again. */
const MAX_ANSWERS = 256

type Receiver = Extract<Effect, { type: 'send' }>['to']

/** When nothing becomes final for long, everything that peers may have missed is said, and asked for, again. PROTOCOL.md, "Standstill". */
export function standstill(replica: Replica, nowMs: number, effects: Effect[]): void {
  if (nowMs < standstillAtMs(replica)) return
  replica.standstillMs = nowMs
  replica.fetching.clear()
  replica.asked.clear()
  sayAll(replica, 'all', effects)
  askRecovery(replica, 'all', effects)
}

/** The last final certificate, all newer certificates and proposals, and own votes, unchanged. What is not durable is not said. */
export function sayAll(replica: Replica, to: Receiver, effects: Effect[]): void {
  const { final } = replica
  const say = (message: Message) => effects.push({ type: 'send', to, message })
  const isNew = ([view]: [number, unknown]) => view > final.view
  if (final.certificate) say({ type: 'certificate', certificate: final.certificate })
  for (const [, kinds] of [...replica.certificates].filter(isNew).sort(([a], [b]) => a - b)) {
    for (const certificate of Object.values(kinds)) say({ type: 'certificate', certificate })
  }
  for (const { proposal } of replica.blocks.values()) {
    if (proposal.header.view > final.view && isSayable(replica, proposal)) say({ type: 'proposal', proposal })
  }
  for (const [, votes] of [...replica.own].filter(isNew)) {
    for (const { vote, durable } of Object.values(votes)) if (durable) say({ type: 'vote', vote })
  }
}

/** The own proposal leaves only after the vote it is stored with: after a crash another might take its place. */
function isSayable({ config, own }: Replica, { header, hash }: Proposal): boolean {
  if (header.proposer !== config.self) return true
  const notarized = own.get(header.view)?.notarize
  return notarized?.durable === true && notarized.vote.hash === hash
}

/** Asks for the certificates that the current view's proposal rests on and did not bring: at most 64 travel along. */
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

/** Sends the certificates held of the views asked for. */
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
