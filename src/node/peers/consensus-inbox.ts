import { leaderOf } from '../../consensus/quorum.ts'
import { proposalMessage } from '../../consensus/signed-bytes.ts'
import type { Event, Message, Proposal, ReplicaConfig } from '../../consensus/types.ts'
import { decodeBody } from '../../ledger/body.ts'
import type { Limits } from '../../ledger/genesis.ts'
import type { Link } from '../../network/greeter.ts'
import type { CompactBlocks } from './compact-blocks.ts'
import type { Fetcher } from './fetcher.ts'
import { type Sync, VIEWS_AHEAD } from './sync.ts'

/** The part of the consensus loop that the network side uses. */
export interface ConsensusPort {
  readonly finalView: number
  dispatch(event: Event): void
  proposal(hash: string): Proposal | undefined
}

/** What the inbox works with. */
export interface ConsensusInboxParts {
  config: Pick<ReplicaConfig, 'validators' | 'verify'>
  limits: Limits
  compact: Pick<CompactBlocks, 'received'>
  fetcher: Pick<Fetcher, 'isAsked' | 'done'>
  sync: Pick<Sync, 'isBehind' | 'shownView'>
  punish(peer: string, why: string): void
}

/** Decides which consensus messages and blocks of peers reach consensus. PROTOCOL.md, "Peer messages" and "Catching up". */
export class ConsensusInbox {
  readonly #parts: ConsensusInboxParts
  #loop: ConsensusPort | undefined

  constructor(parts: ConsensusInboxParts) {
    this.#parts = parts
  }

  /** From now on the loop gets what arrives. */
  open(loop: ConsensusPort): void {
    this.#loop = loop
  }

  /** The loop; undefined before it is there. */
  get loop(): ConsensusPort | undefined {
    return this.#loop
  }

  /** Hands a message to consensus. */
  dispatch(peer: string, message: Message): void {
    this.#loop?.dispatch({ type: 'message', peer, message })
  }

  /** Votes, and questions and answers of a recovery, come from the validator that they name and from nobody else. */
  received({ connection, peer }: Pick<Link, 'connection' | 'peer'>, message: Message): void {
    const named = senderOf(message)
    if (named !== undefined && named !== peer.validator)
      this.#parts.punish(connection.key, 'a message in the name of another validator')
    else if (this.#isTimely(message)) this.dispatch(connection.key, message)
  }

  /** Has a compact proposal completed, if its leader signed it and it may be needed. */
  receivedCompact(key: string, proposal: Proposal): void {
    const loop = this.#loop
    const { header, hash, signature } = proposal
    const { config, compact, punish } = this.#parts
    if (loop === undefined || !this.#isTimely({ type: 'proposal', proposal })) return
    if (header.view <= loop.finalView || loop.proposal(hash) !== undefined) return
    const leader = leaderOf(header.view, config.validators)
    if (header.proposer === leader && config.verify(leader, proposalMessage(hash), signature))
      compact.received(key, proposal)
    else punish(key, 'a proposal that its leader did not sign')
  }

  /**
   * Handles a block: ignored unless it was requested from this peer. To a compact proposal it adds only the body, for a peer to which the block is
   * final sends no signature.
   * @throws RejectionError, which drops the peer: no honest node passes on a body that is not a list of actions
   */
  receivedBlock(key: string, proposal: Proposal): void {
    const { fetcher, limits } = this.#parts
    if (!fetcher.isAsked(key, proposal.hash)) return
    decodeBody(proposal.body, limits)
    const proposed = fetcher.done(proposal.hash)?.proposed
    if (proposed === undefined) this.#loop?.dispatch({ type: 'fetched', peer: key, proposal })
    else {
      const whole: Message = { type: 'proposal', proposal: { ...proposed, body: proposal.body } }
      if (this.#isTimely(whole)) this.dispatch(key, whole)
    }
  }

  /**
   * Whether consensus can use a message now. A node that is far behind first fetches blocks in order. A message that shows a view to be final far
   * beyond what peers have proven is ignored: the node waits for a status message instead of fetching a long chain backwards into memory.
   */
  #isTimely(message: Message): boolean {
    const { sync } = this.#parts
    if (message.type === 'recover' || message.type === 'ask') return true
    if (sync.isBehind) return false
    return finalViewIn(message) <= Math.max(this.#loop?.finalView ?? 0, sync.shownView) + VIEWS_AHEAD
  }
}

/** The validator that a message speaks for; undefined if anybody may send it. */
function senderOf(message: Message): number | undefined {
  if (message.type === 'vote') return message.vote.validator
  if (message.type === 'recover') return message.validator
  return message.type === 'recovery' ? message.answer.validator : undefined
}

/** The view that a message shows to be final; 0 if it shows none. */
function finalViewIn(message: Message): number {
  const certificate =
    (message.type === 'certificate' && message.certificate) ||
    (message.type === 'proposal' && message.proposal.parent) ||
    (message.type === 'recovery' && message.answer.final)
  return certificate && certificate.kind === 'finalize' ? certificate.view : 0
}
