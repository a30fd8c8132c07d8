import { judgeProposal, judgeState } from './parent.ts'
import { countVote, isBackedUp, type OwnVotes, type Replica } from './replica.ts'
import { type Subject, voteMessage } from './signed-bytes.ts'
import { deadlineMs } from './timing.ts'
import type { Effect, Vote, VoteKind, Write } from './types.ts'

/**
 * Votes notarize for the first proposal of the current view if every rule holds; an invalid one is answered with a skip vote at once. While too
 * many final blocks wait to be committed, a valid one waits too.
 * PROTOCOL.md, "Notarize".
 */
export function notarize(replica: Replica, nowMs: number, effects: Effect[]): void {
  const { view, config } = replica
  const block = replica.blocks.get(replica.proposals.get(view) ?? '')
  if (block === undefined || !mayVote(replica, 'notarize', view)) return
  const { proposal } = block
  const verdict = judgeProposal(replica, proposal, nowMs)
  if (verdict === 'invalid') cast(replica, { kind: 'skip', view, hash: '' }, [], effects)
  if (verdict !== 'valid' || isBackedUp(replica)) return
  const isOwn = proposal.header.proposer === config.self
  const before: Effect[] = isOwn ? [{ type: 'send', to: 'all', message: { type: 'proposal', proposal } }] : []
  const subject: Subject = { kind: 'notarize', view, hash: proposal.hash }
  cast(replica, subject, [{ type: 'proposal', proposal }], effects, before)
}

/** Votes skip in the current view when its timer has run out, unless it voted finalize there. PROTOCOL.md, "Skip". */
export function skip(replica: Replica, nowMs: number, effects: Effect[]): void {
  const { view } = replica
  const deadline = deadlineMs(replica)
  if (deadline === undefined || nowMs < deadline || !mayVote(replica, 'skip', view)) return
  cast(replica, { kind: 'skip', view, hash: '' }, [], effects)
}

/**
 * Votes finalize for every notarized block that is held, valid and has the roots computed here, in views (also those already left) where it did not vote skip.
 * PROTOCOL.md, "Finalize".
 */
export function finalize(replica: Replica, effects: Effect[]): void {
  for (const [view, { notarize: certificate }] of replica.certificates) {
    if (certificate === undefined || !mayVote(replica, 'finalize', view)) continue
    const held = replica.blocks.get(certificate.hash)
    if (held === undefined || judgeState(replica, held.proposal) !== 'valid') continue
    const subject: Subject = { kind: 'finalize', view, hash: certificate.hash }
    cast(replica, subject, [{ type: 'certificate', certificate }], effects)
  }
}

/** For each kind of vote, the own votes in the same view that exclude it. Both skip and finalize may follow a notarize vote. */
const EXCLUDED_BY: Record<VoteKind, readonly VoteKind[]> = {
  notarize: ['notarize', 'skip', 'finalize'],
  skip: ['skip', 'finalize'],
  finalize: ['finalize', 'skip'],
}

/** Whether this validator may cast a vote: it contradicts no own vote, and its view is above the final and the closed one. */
function mayVote({ config, own, final, closedView }: Replica, kind: VoteKind, view: number): boolean {
  if (config.self === undefined || view <= final.view || view <= closedView) return false
  const votes: OwnVotes = own.get(view) ?? {}
  return EXCLUDED_BY[kind].every((other) => votes[other] === undefined)
}

/**
 * Casts a vote: the vote and what it rests on are made durable in one transaction, and only then is it sent and counted. The first vote in a
 * view also rests on the certificate that cleared the view below. PROTOCOL.md, "Persist before send".
 * @param before effects to run just before the vote is sent
 * @throws Error if the vote would contradict another: callers ask `mayVote` first
 */
function cast(
  replica: Replica,
  subject: Subject,
  restsOn: Write[],
  effects: Effect[],
  before: Effect[] = [],
): void {
  const { config, own } = replica
  const { kind, view } = subject
  if (config.self === undefined || !mayVote(replica, kind, view))
    throw new Error(`a ${kind} vote in view ${view} would contradict another`)
  const clearing = own.has(view) ? [] : clearingWrites(replica, view - 1)
  persist(replica, [ownVote(replica, subject)], [...clearing, ...restsOn], effects, before)
}

/**
 * At the end of a recovery: makes votes that others have shown the validator its own again, unless they contradict one that it knows. They bind
 * at once and are sent again when durable. They become durable in one transaction with `close`: after a crash the validator must not sign again
 * while it knows only some of them.
 */
export function adopt(replica: Replica, subjects: readonly Subject[], close: Write, effects: Effect[]): void {
  // In order: each adopted vote may exclude later ones.
  const votes = subjects.flatMap((subject) =>
    mayVote(replica, subject.kind, subject.view) ? [ownVote(replica, subject)] : [],
  )
  persist(replica, votes, [close], effects)
}

/** Signs a vote and records it as own: it binds from now on, though it is not durable yet. */
function ownVote({ config, own }: Replica, subject: Subject): Vote {
  const signature = config.sign(voteMessage(config.chainId, subject))
  const vote: Vote = { ...subject, validator: config.self ?? 0, signature }
  const votes = own.get(vote.view) ?? {}
  own.set(vote.view, votes)
  votes[vote.kind] = { vote, durable: false }
  return vote
}

/** Requests that the votes and what they rest on become durable in one transaction. */
function persist(
  replica: Replica,
  votes: Vote[],
  restsOn: Write[],
  effects: Effect[],
  before: Effect[] = [],
): void {
  const token = replica.nextToken++
  replica.pending.set(token, { votes, before })
  const writes = votes.map((vote): Write => ({ type: 'vote', vote }))
  effects.push({ type: 'persist', token, writes: [...restsOn, ...writes] })
}

/** The certificate that cleared a view. None if a block at or above that view is committed: the commit has stored its certificate. */
function clearingWrites({ certificates, final, committed }: Replica, view: number): Write[] {
  const { notarize: notarization, skip: skipped } = certificates.get(view) ?? {}
  const finality = view <= final.view && view > committed.view ? final.certificate : undefined
  const certificate = finality ?? notarization ?? skipped
  return certificate ? [{ type: 'certificate', certificate }] : []
}

/** The writes of a token are durable: the votes that waited for them are sent and counted. @throws Error for an unknown token */
export function release(replica: Replica, token: number, effects: Effect[]): void {
  const waiting = replica.pending.get(token)
  if (waiting === undefined) throw new Error(`nothing waits for token ${token}`)
  replica.pending.delete(token)
  const { votes, before } = waiting
  for (const effect of before) effects.push(effect)
  for (const vote of votes) {
    const own = replica.own.get(vote.view)?.[vote.kind]
    if (own) own.durable = true
    effects.push({ type: 'send', to: 'all', message: { type: 'vote', vote } })
    countVote(replica, vote)
  }
}
