import { bytesToHex, hexToBytes } from '../codec/bytes.ts'
import { blockHash, HEADER_VERSION } from '../ledger/header.ts'
import { MAX_SKIPS, proposalMessage, voteMessage } from './codec.ts'
import { type Foundation, foundationOf, isFarAhead, judge } from './parent.ts'
import { leaderOf } from './quorum.ts'
import {
  bindVote,
  countVote,
  eraAt,
  holdProposal,
  isExecuted,
  pointOf,
  prune,
  type Replica,
  storeCertificate,
  timeOfEra,
} from './replica.ts'
import { deadlineMs, wakeMs } from './timing.ts'
import type { Certificate, Effect, Event, Message, Proposal, Vote, VoteKind, Write } from './types.ts'

/** Views ahead of the own that votes and certificates are kept for. */
const MAX_VIEWS_AHEAD = 1_000
/** Blocks above the committed one from which a leader proposes empty blocks. */
const MAX_UNFINAL = 32

/**
 * Simplex (Chan and Pass 2023, eprint 2023/463): takes an event in and says what to do. Pure but for the replica, which it changes; the same replica,
 * events and times give the same effects. PROTOCOL.md, "Consensus".
 */
export function step(replica: Replica, event: Event, nowMs: number): Effect[] {
  const effects: Effect[] = []
  take(replica, event, nowMs, effects)
  advance(replica, nowMs, effects)
  effects.push({ type: 'timer', atMs: wakeMs(replica, nowMs) })
  return effects
}

function take(replica: Replica, event: Event, nowMs: number, effects: Effect[]): void {
  switch (event.type) {
    case 'start':
    case 'timer':
      return
    case 'message':
      takeMessage(replica, event.message, nowMs)
      return
    case 'connected':
      sayAll(replica, { peer: event.peer }, effects)
      return
    case 'persisted':
      release(replica, event.token, effects)
      return
    case 'built':
      propose(replica, event)
      return
    case 'executed': {
      const block = replica.blocks.get(event.hash)
      if (block) block.status = event.valid ? 'valid' : 'invalid'
      return
    }
    case 'rooted':
      replica.roots.set(event.hash, { ...event.roots, knownMs: nowMs })
      return
    case 'fetched':
      if (replica.fetching.has(event.proposal.hash) && isByLeader(replica, event.proposal)) {
        holdProposal(replica, event.proposal)
      }
      return
    case 'committed':
      committed(replica, event.hash, nowMs)
  }
}

function takeMessage(replica: Replica, message: Message, nowMs: number): void {
  if (message.type === 'vote') {
    if (isNear(replica, message.vote.view) && isVoteGood(replica, message.vote))
      countVote(replica, message.vote)
  } else if (message.type === 'certificate') takeCertificate(replica, message.certificate)
  else {
    const { proposal } = message
    if (!isNear(replica, proposal.header.view) || isFarAhead(replica, proposal.header.era, nowMs)) return
    if (!isByLeader(replica, proposal)) return
    if (proposal.parent) takeCertificate(replica, proposal.parent)
    for (const skip of proposal.skips) takeCertificate(replica, skip)
    // A leader's second proposal for a view is no reason to vote; if it is notarised, it is fetched.
    if (!replica.proposals.has(proposal.header.view)) holdProposal(replica, proposal)
  }
}

function takeCertificate(replica: Replica, certificate: Certificate): void {
  const { view, kind, signatures } = certificate
  if (!isNear(replica, view) || replica.certificates.get(view)?.[kind]) return
  const validators = new Set(signatures.map((s) => s.validator))
  if (validators.size !== replica.quorum || signatures.length !== replica.quorum) return
  const good = signatures.every((s) => isVoteGood(replica, { ...certificate, ...s }))
  if (good) storeCertificate(replica, certificate)
}

/** Above what is final; and not so far above that it could fill the memory, unless a final certificate says so. */
function isNear(replica: Replica, view: number): boolean {
  return view > replica.final.view && view <= replica.view + MAX_VIEWS_AHEAD
}

function isVoteGood({ config }: Replica, vote: Vote): boolean {
  if (vote.validator >= config.validators) return false
  return config.verify(vote.validator, voteMessage(config.chainId, vote), vote.signature)
}

function isByLeader({ config }: Replica, { header, hash, signature }: Proposal): boolean {
  const leader = leaderOf(header.view, config.validators)
  return header.proposer === leader && config.verify(leader, proposalMessage(config.chainId, hash), signature)
}

/** Does everything that has become possible. Each round clears a view or ends. */
function advance(replica: Replica, nowMs: number, effects: Effect[]): void {
  enterView(replica, nowMs)
  executeReady(replica, nowMs, effects)
  fetchMissing(replica, effects)
  build(replica, nowMs, effects)
  notarise(replica, nowMs, effects)
  skip(replica, nowMs, effects)
  finalise(replica, effects)
  commit(replica, effects)
  standstill(replica, nowMs, effects)
}

function enterView(replica: Replica, nowMs: number): void {
  let view = replica.final.view + 1
  while (isCleared(replica, view)) view++
  if (view === replica.view) return
  replica.view = view
  replica.enteredMs = nowMs
  replica.enteredEra = eraAt(replica.config, nowMs)
}

function isCleared(replica: Replica, view: number): boolean {
  const { notarise, skip } = replica.certificates.get(view) ?? {}
  return notarise !== undefined || skip !== undefined
}

/** Executes blocks whose parent's state is known, once their era is due. */
function executeReady(replica: Replica, nowMs: number, effects: Effect[]): void {
  for (const block of replica.blocks.values()) {
    const { header } = block.proposal
    if (block.status !== 'new' || !isExecuted(replica, bytesToHex(header.parentHash))) continue
    if (timeOfEra(replica.config, header.era) > nowMs) continue
    block.status = 'executing'
    effects.push({ type: 'execute', proposal: block.proposal })
  }
}

/** Asks for notarised and final blocks that are not held, and for their ancestors. */
function fetchMissing(replica: Replica, effects: Effect[]): void {
  const wanted = [replica.final.hash]
  for (const { notarise: certificate } of replica.certificates.values())
    if (certificate) wanted.push(certificate.hash)
  for (let hash of wanted) {
    for (
      let point = pointOf(replica, hash);
      point && hash !== replica.committed.hash;
      point = pointOf(replica, hash)
    ) {
      if (point.height <= replica.committed.height) break
      hash = bytesToHex(replica.blocks.get(hash)!.proposal.header.parentHash)
    }
    if (pointOf(replica, hash) || replica.fetching.has(hash)) continue
    replica.fetching.add(hash)
    effects.push({ type: 'fetch', hash })
  }
}

/** The leader asks for a block's content once the era after the parent's is due and the parent's roots are known. */
function build(replica: Replica, nowMs: number, effects: Effect[]): void {
  const { config, view } = replica
  if (config.self !== leaderOf(view, config.validators) || replica.building?.view === view) return
  if (replica.own.has(view) || replica.proposals.has(view)) return
  const foundation = foundationOf(replica, view)
  if (foundation === undefined || !isExecuted(replica, foundation.parent.hash)) return
  const { parent } = foundation
  if (!replica.roots.has(parent.hash) || nowMs < timeOfEra(config, parent.era + 1)) return
  const era = Math.max(parent.era + 1, eraAt(config, nowMs))
  replica.building = { view, era }
  const empty = parent.height - replica.committed.height >= MAX_UNFINAL
  effects.push({ type: 'build', view, era, parent, empty })
}

function propose(replica: Replica, built: Event & { type: 'built' }): void {
  const { view, building } = replica
  const foundation = foundationOf(replica, view)
  if (built.view !== view || building?.view !== view || replica.own.has(view) || foundation === undefined)
    return
  const proposal = makeProposal(replica, foundation, { ...built, era: building.era })
  replica.building = undefined
  if (proposal) holdProposal(replica, proposal)
}

function makeProposal(
  { config, view, roots }: Replica,
  { parent, certificate, skips }: Foundation,
  {
    body,
    bodyHash,
    position,
    era,
  }: { body: Uint8Array; bodyHash: Uint8Array; position: number; era: number },
): Proposal | undefined {
  const after = roots.get(parent.hash)
  if (after === undefined) return undefined
  const { stateRoot, historyRoot, batchStateRoot } = after
  const header = {
    version: HEADER_VERSION,
    chainId: config.chainId,
    paramsHash: config.paramsHash,
    height: parent.height + 1,
    view,
    era,
    parentHash: hexToBytes(parent.hash),
    proposer: leaderOf(view, config.validators),
    bodyHash,
    position,
    stateRoot,
    historyRoot,
    batchStateRoot,
  }
  const hash = bytesToHex(blockHash(header))
  const signature = config.sign(proposalMessage(config.chainId, hash))
  return { header, hash, body, signature, parent: certificate, skips: skips.slice(-MAX_SKIPS) }
}

/** Votes for the first proposal of the current view if every rule holds; answers an invalid one with a skip. */
function notarise(replica: Replica, nowMs: number, effects: Effect[]): void {
  const { view, config } = replica
  const own = replica.own.get(view)
  const hash = replica.proposals.get(view)
  if (hash === undefined || own?.notarise || own?.skip) return
  const { proposal } = replica.blocks.get(hash)!
  const verdict = judge(replica, proposal, nowMs)
  if (verdict === 'invalid') vote(replica, 'skip', view, '', [], effects)
  if (verdict !== 'valid') return
  const mine = proposal.header.proposer === config.self
  const message: Effect = { type: 'send', to: 'all', message: { type: 'proposal', proposal } }
  vote(replica, 'notarise', view, hash, [{ type: 'proposal', proposal }], effects, mine ? [message] : [])
}

/** Votes to leave the view without a block when its time is up, unless finalise was voted. */
function skip(replica: Replica, nowMs: number, effects: Effect[]): void {
  const own = replica.own.get(replica.view)
  const deadline = deadlineMs(replica)
  if (own?.skip || own?.finalise || deadline === undefined || nowMs < deadline) return
  vote(replica, 'skip', replica.view, '', [], effects)
}

/** Votes to finalise every notarised block that is held and good, also in views already left, where skip was never voted. */
function finalise(replica: Replica, effects: Effect[]): void {
  for (const [view, { notarise: certificate }] of replica.certificates) {
    const own = replica.own.get(view)
    if (!certificate || view <= replica.final.view || own?.skip || own?.finalise) continue
    if (replica.blocks.get(certificate.hash)?.status !== 'valid') continue
    vote(replica, 'finalise', view, certificate.hash, [{ type: 'certificate', certificate }], effects)
  }
}

/**
 * Casts a vote: what it rests on and the vote itself are made durable, and only then it is sent and counted. `before` leaves with it. With the
 * first vote in a view goes the certificate that cleared the one below.
 */
function vote(
  replica: Replica,
  kind: VoteKind,
  view: number,
  hash: string,
  restsOn: Write[],
  effects: Effect[],
  before: Effect[] = [],
): void {
  const { config } = replica
  if (config.self === undefined || view <= replica.final.view) return
  const subject = { kind, view, hash }
  const cast: Vote = {
    ...subject,
    validator: config.self,
    signature: config.sign(voteMessage(config.chainId, subject)),
  }
  const writes = [...restsOn]
  if (!replica.own.has(view)) writes.push(...clearing(replica, view - 1))
  bindVote(replica, cast)
  const token = replica.nextToken++
  const send: Effect = { type: 'send', to: 'all', message: { type: 'vote', vote: cast } }
  replica.pending.set(token, { votes: [cast], effects: [...before, send] })
  effects.push({ type: 'persist', token, writes: [...writes, { type: 'vote', vote: cast }] })
}

function clearing(replica: Replica, view: number): Write[] {
  const { notarise: notarisation, skip: skipped } = replica.certificates.get(view) ?? {}
  const certificate = notarisation ?? skipped
  return certificate ? [{ type: 'certificate', certificate }] : []
}

function release(replica: Replica, token: number, effects: Effect[]): void {
  const waiting = replica.pending.get(token)
  if (waiting === undefined) throw new Error(`nothing waits for token ${token}`)
  replica.pending.delete(token)
  effects.push(...waiting.effects)
  for (const cast of waiting.votes) countVote(replica, cast)
}

/** Commits the oldest block that is final and not committed, once it and all between are held and executed. */
function commit(replica: Replica, effects: Effect[]): void {
  const { final, committed: base } = replica
  if (final.hash === base.hash || final.certificate === null || replica.committing !== undefined) return
  let hash = final.hash
  for (;;) {
    const block = replica.blocks.get(hash)
    if (block === undefined) return
    if (block.status === 'invalid') throw new Error(`block ${hash} is final, but not by this node's rules`)
    const parentHash = bytesToHex(block.proposal.header.parentHash)
    if (parentHash === base.hash) {
      if (block.status !== 'valid') return
      replica.committing = hash
      effects.push({ type: 'commit', proposal: block.proposal, certificate: final.certificate })
      return
    }
    hash = parentHash
  }
}

function committed(replica: Replica, hash: string, nowMs: number): void {
  const point = pointOf(replica, hash)
  if (point === undefined || replica.committing !== hash)
    throw new Error(`block ${hash} was not being committed`)
  replica.committing = undefined
  replica.committed = point
  replica.standstillMs = nowMs
  prune(replica)
}

/** When nothing becomes final for long, everything that peers may have missed is said again. */
function standstill(replica: Replica, nowMs: number, effects: Effect[]): void {
  const { config, committed: base } = replica
  const since = Math.max(replica.standstillMs, timeOfEra(config, base.era + 1))
  if (nowMs < since + 2 * config.baseMs) return
  replica.standstillMs = nowMs
  sayAll(replica, 'all', effects)
}

/** The last final certificate, all newer certificates and proposals, and own votes. */
function sayAll(replica: Replica, to: 'all' | { peer: string }, effects: Effect[]): void {
  const say = (message: Message) => effects.push({ type: 'send', to, message })
  if (replica.final.certificate) say({ type: 'certificate', certificate: replica.final.certificate })
  for (const [view, kinds] of replica.certificates) {
    if (view <= replica.final.view) continue
    for (const certificate of Object.values(kinds)) say({ type: 'certificate', certificate })
  }
  for (const { proposal } of replica.blocks.values()) {
    if (proposal.header.view > replica.final.view) say({ type: 'proposal', proposal })
  }
  const held = new Set([...replica.pending.values()].flatMap(({ votes }) => votes.map(keyOf)))
  for (const [view, own] of replica.own) {
    for (const kind of ['notarise', 'skip', 'finalise'] as const) {
      const voted = own[kind]
      if (view <= replica.final.view || voted === undefined) continue
      const subject = { kind, view, hash: voted === true ? '' : voted }
      if (held.has(keyOf(subject))) continue
      const signature = replica.config.sign(voteMessage(replica.config.chainId, subject))
      say({ type: 'vote', vote: { ...subject, validator: replica.config.self!, signature } })
    }
  }
}

const keyOf = ({ kind, view }: Pick<Vote, 'kind' | 'view'>) => `${kind}/${view}`
