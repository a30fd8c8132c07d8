import { bytesToHex, hexToBytes } from '../../../src/codec/bytes.ts'
import { leaderOf, quorum } from '../../../src/consensus/quorum.ts'
import { createReplica, type Replica } from '../../../src/consensus/replica.ts'
import { restore } from '../../../src/consensus/restore.ts'
import { proposalMessage, voteMessage } from '../../../src/consensus/signed-bytes.ts'
import { step } from '../../../src/consensus/step.ts'
import type {
  Certificate,
  Effect,
  Event,
  Message,
  Proposal,
  Signed,
  StoredConsensus,
  Vote,
  VoteKind,
} from '../../../src/consensus/types.ts'
import { type BlockHeader, blockHash, HEADER_VERSION } from '../../../src/ledger/header.ts'
import { cheapConfig, cheapSignature, contentOn, GENESIS, rootsAfter } from '../simulation/cheap.ts'

/** Length of an era and base of the timer in these tests. */
export const ERA_MS = 2_000
export const BASE_MS = 5_000
/** Nonce of the requests of a recovering replica. */
export const NONCE = 'cd'.repeat(32)

export function vote(validator: number, kind: VoteKind, view: number, hash = ''): Vote {
  const subject = { kind, view, hash }
  return { ...subject, validator, signature: cheapSignature(validator, voteMessage(1n, subject)) }
}

/** A certificate with the signatures of the first q of n validators, or of `voters`. */
export function certificate(
  n: number,
  kind: VoteKind,
  view: number,
  hash = '',
  voters = [...Array(quorum(n)).keys()],
): Certificate {
  const signatures = voters.map((validator) => ({
    validator,
    signature: vote(validator, kind, view, hash).signature,
  }))
  return { kind, view, hash, signatures }
}

/** A valid proposal on a parent (`on`, genesis by default), in the era of its view. `header` overrides fields. */
export function proposal(
  n: number,
  view: number,
  {
    on,
    header: changes = {},
    signer,
    ...rest
  }: { on?: Proposal; header?: Partial<BlockHeader>; signer?: number } & Partial<
    Omit<Proposal, 'header'>
  > = {},
): Proposal {
  const parentHash = on?.hash ?? GENESIS.hash
  const { body, bodyHash, position } = contentOn(parentHash)
  const header: BlockHeader = {
    version: HEADER_VERSION,
    chainId: 1n,
    paramsHash: new Uint8Array(32),
    height: (on?.header.height ?? 0) + 1,
    view,
    era: view,
    parentHash: hexToBytes(parentHash),
    proposer: leaderOf(view, n),
    bodyHash,
    position,
    ...rootsAfter(parentHash),
    ...changes,
  }
  const hash = bytesToHex(blockHash(header))
  const signature = cheapSignature(signer ?? header.proposer, proposalMessage(hash))
  const parent = on ? certificate(n, 'notarize', on.header.view, on.hash) : null
  return { header, hash, body, signature, parent, skips: [], ...rest }
}

/** One replica driven by a test: answers its effects at once, except those the test holds back. */
export class ReplicaHarness {
  replica: Replica
  now = 0
  /** Everything sent so far. */
  readonly sent: Message[] = []
  readonly effects: Effect[] = []
  readonly stored: StoredConsensus = { votes: [], proposals: [], certificates: [] }
  /** Types of effects that are not answered. */
  hold: Effect['type'][] = []
  /** Whether executed blocks are reported as valid. */
  valid = true
  readonly n: number
  readonly self: number | undefined

  constructor(n: number, self: number | undefined) {
    this.n = n
    this.self = self
    this.replica = createReplica({ ...cheapConfig(n, self), baseMs: BASE_MS }, GENESIS, null)
    this.#begin()
  }

  /** Restarts the replica with what it has stored, as after a crash. */
  restart(signed?: Signed, nonce?: string, trusted?: number[]): void {
    const { committed, final } = this.replica
    this.replica = createReplica(
      this.replica.config,
      committed,
      committed.height === 0 ? null : final.certificate,
    )
    restore(this.replica, structuredClone(this.stored), {
      nonce,
      trusted,
      ...(signed === undefined ? {} : { signed }),
    })
    this.forget()
    this.#begin()
  }

  at(now: number): this {
    this.now = now
    this.feed({ type: 'timer' })
    return this
  }

  hear(...messages: Message[]): this {
    for (const message of messages) this.feed({ type: 'message', peer: 'p', message })
    return this
  }

  hearVotes(kind: VoteKind, view: number, hash: string, voters: number[]): this {
    return this.hear(
      ...voters.map((voter): Message => ({ type: 'vote', vote: vote(voter, kind, view, hash) })),
    )
  }

  propose(proposed: Proposal): this {
    return this.hear({ type: 'proposal', proposal: proposed })
  }

  certify(certified: Certificate): this {
    return this.hear({ type: 'certificate', certificate: certified })
  }

  feed(event: Event): Effect[] {
    const effects = step(this.replica, event, this.now)
    this.effects.push(...effects)
    for (const effect of effects) if (!this.hold.includes(effect.type)) this.#answer(effect)
    return effects
  }

  forget(): void {
    this.sent.length = 0
    this.effects.length = 0
  }

  /** Own votes sent, as `kind view`. */
  get votes(): string[] {
    return this.sent.flatMap((m) =>
      m.type === 'vote' && m.vote.validator === this.self ? [`${m.vote.kind} ${m.vote.view}`] : [],
    )
  }

  get proposals(): Proposal[] {
    return this.sent.flatMap((m) => (m.type === 'proposal' ? [m.proposal] : []))
  }

  all<T extends Effect['type']>(type: T): Extract<Effect, { type: T }>[] {
    return this.effects.filter((effect): effect is Extract<Effect, { type: T }> => effect.type === type)
  }

  #begin(): void {
    const { hash } = this.replica.committed
    this.feed({ type: 'rooted', hash, roots: rootsAfter(hash) })
    this.feed({ type: 'start' })
  }

  #answer(effect: Effect): void {
    switch (effect.type) {
      case 'persist':
        for (const write of effect.writes) {
          if (write.type === 'vote') this.stored.votes.push(write.vote)
          else if (write.type === 'close') continue
          else if (write.type === 'proposal') this.stored.proposals.push(write.proposal)
          else this.stored.certificates.push(write.certificate)
        }
        this.feed({ type: 'persisted', token: effect.token })
        break
      case 'send':
        this.sent.push(effect.message)
        break
      case 'build': {
        const parentHash = effect.parent.hash
        this.feed({ type: 'built', view: effect.view, parentHash, ...contentOn(parentHash) })
        break
      }
      case 'execute': {
        const { hash } = effect.proposal
        this.feed({ type: 'executed', hash, valid: this.valid })
        if (this.valid && !this.hold.includes('execute'))
          this.feed({ type: 'rooted', hash, roots: rootsAfter(hash) })
        break
      }
      case 'commit':
        this.feed({ type: 'committed', hash: effect.proposal.hash })
    }
  }
}
