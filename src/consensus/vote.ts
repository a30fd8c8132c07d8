import { judge } from './parent.ts'
import { countVote, type OwnVotes, type Replica } from './replica.ts'
import { type Subject, voteMessage } from './signed-bytes.ts'
import { deadlineMs } from './timing.ts'
import type { Effect, Vote, VoteKind, Write } from './types.ts'

/** Votes for the first proposal of the current view if every rule holds; answers an invalid one with a skip. PROTOCOL.md, "Notarize". */
export function notarize(replica: Replica, nowMs: number, effects: Effect[]): void {
  const { view, config } = replica
  const block = replica.blocks.get(replica.proposals.get(view) ?? '')
  if (block === undefined || !mayVote(replica, 'notarize', view)) return
  const { proposal } = block
  const verdict = judge(replica, proposal, nowMs)
  if (verdict === 'invalid') cast(replica, { kind: 'skip', view, hash: '' }, [], effects)
  if (verdict !== 'valid') return
  const isOwn = proposal.header.proposer === config.self
  const before: Effect[] = isOwn ? [{ type: 'send', to: 'all', message: { type: 'proposal', proposal } }] : []
  const subject: Subject = { kind: 'notarize', view, hash: proposal.hash }
  cast(replica, subject, [{ type: 'proposal', proposal }], effects, before)
}

/** Votes to leave the view without a block when its time is up, unless finalize was voted. PROTOCOL.md, "Skip". */
export function skip(replica: Replica, nowMs: number, effects: Effect[]): void {
  const { view } = replica
  const deadline = deadlineMs(replica)
  if (deadline === undefined || nowMs < deadline || !mayVote(replica, 'skip', view)) return
  cast(replica, { kind: 'skip', view, hash: '' }, [], effects)
}

/** Votes to finalize every notarized block that is held and good, also in views already left, where skip was never voted. PROTOCOL.md, "Finalize". */
export function finalize(replica: Replica, effects: Effect[]): void {
  for (const [view, { notarize: certificate }] of replica.certificates) {
    if (certificate === undefined || !mayVote(replica, 'finalize', view)) continue
    if (replica.blocks.get(certificate.hash)?.status !== 'valid') continue
    const subject: Subject = { kind: 'finalize', view, hash: certificate.hash }
    cast(replica, subject, [{ type: 'certificate', certificate }], effects)
  }
}

/** Own votes that forbid another of a kind in the same view. A skip may follow a notarize vote; a finalize may too. */
const EXCLUDED_BY: Record<VoteKind, readonly VoteKind[]> = {
  notarize: ['notarize', 'skip', 'finalize'],
  skip: ['skip', 'finalize'],
  finalize: ['finalize', 'skip'],
}

/** Whether this validator may still cast a vote: never two that contradict each other, and none at or below what is final or forgotten. */
function mayVote({ config, own, final, closedView }: Replica, kind: VoteKind, view: number): boolean {
  if (config.self === undefined || view <= final.view || view <= closedView) return false
  const votes: OwnVotes = own.get(view) ?? {}
  return EXCLUDED_BY[kind].every((other) => votes[other] === undefined)
}

/**
 * Casts a vote: what it rests on and the vote itself are made durable, and only then it is sent and counted. `before` leaves with it. With the
 * first vote in a view goes the certificate that cleared the one below. PROTOCOL.md, "Persist before send".
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
  const first = own.has(view) ? [] : clearing(replica, view - 1)
  persist(replica, [ownVote(replica, subject)], [...first, ...restsOn], effects, before)
}

/**
 * Takes votes of its own back that others have shown it, but for those that contradict one that it knows, together with `close`: it must not
 * sign again, whenever it crashes, before it knows all of them. They bind, and leave again once durable.
 */
export function adopt(replica: Replica, subjects: readonly Subject[], close: Write, effects: Effect[]): void {
  // One by one: each binds those behind it.
  const votes = subjects.flatMap((subject) =>
    mayVote(replica, subject.kind, subject.view) ? [ownVote(replica, subject)] : [],
  )
  persist(replica, votes, [close], effects)
}

/** A signed vote that binds from now on, though it is not durable yet. */
function ownVote({ config, own }: Replica, subject: Subject): Vote {
  const signature = config.sign(voteMessage(config.chainId, subject))
  const vote: Vote = { ...subject, validator: config.self ?? 0, signature }
  const votes = own.get(vote.view) ?? {}
  own.set(vote.view, votes)
  votes[vote.kind] = { vote, durable: false }
  return vote
}

/** All or nothing of it becomes durable. */
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

/** The certificate that cleared a view; none if that view's block is committed, and so durable with its certificate. */
function clearing({ certificates, final, committed }: Replica, view: number): Write[] {
  const { notarize: notarization, skip: skipped } = certificates.get(view) ?? {}
  const finality = view <= final.view && view > committed.view ? final.certificate : undefined
  const certificate = finality ?? notarization ?? skipped
  return certificate ? [{ type: 'certificate', certificate }] : []
}

/** The writes of a token are durable: what waited for them leaves, and the own vote counts. */
export function release(replica: Replica, token: number, effects: Effect[]): void {
  const waiting = replica.pending.get(token)
  if (waiting === undefined) throw new Error(`nothing waits for token ${token}`)
  replica.pending.delete(token)
  const { votes, before } = waiting
  effects.push(...before)
  for (const vote of votes) {
    const own = replica.own.get(vote.view)?.[vote.kind]
    if (own) own.durable = true
    effects.push({ type: 'send', to: 'all', message: { type: 'vote', vote } })
    countVote(replica, vote)
  }
}
