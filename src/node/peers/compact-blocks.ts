import { bytesToHex, concatBytes } from '../../codec/bytes.ts'
import type { Proposal } from '../../consensus/types.ts'
import { actionId } from '../../ledger/action-codec.ts'
import { decodeBody, encodeBody } from '../../ledger/body.ts'
import type { Limits } from '../../ledger/genesis.ts'
import { type CarriedAction, MAX_IDS, type PeerMessage } from '../../network/peer-messages.ts'
import type { Clock, Timer } from '../../process/clock.ts'
import { type ActionStore, idOf } from './action-store.ts'

const ID_BYTES = 32
/** Maximum number of proposals of one leader that wait for missing actions: a leader that signs more displaces its own. */
const MAX_OPEN = 4
/** How long to wait for missing actions before requesting the whole block. */
const MISSING_MS = 500

/** What CompactBlocks needs from the node. */
export interface CompactParts {
  clock: Clock
  store: ActionStore
  limits: Pick<Limits, 'maxRecords' | 'maxBodyBytes'>
  send(peer: string, message: PeerMessage): boolean
  /** Requests the whole block of a compact proposal, from the peer `first` if it is still connected. */
  fetch(proposal: Proposal, first: string): void
  /** Called with a complete proposal. */
  onProposal(peer: string, proposal: Proposal): void
}

/** A proposal that waits for missing actions. */
interface Open {
  peer: string
  proposal: Proposal
  ids: string[]
  missing: Set<string>
  /** Actions that arrived meanwhile, by id, of at most maxBodyBytes together. They are not verified, so they are not in the store. */
  extra: Map<string, Uint8Array>
  extraBytes: number
  timer: Timer
}

/** The proposal with the SHA-256 of each action in place of its body. PROTOCOL.md, "Compact blocks". */
export function toCompact(proposal: Proposal, limits: CompactParts['limits']): Proposal {
  return { ...proposal, body: concatBytes(...decodeBody(proposal.body, limits).map(actionId)) }
}

/** Rebuilds proposals from the actions in the store, and requests the missing ones from the peers that sent the proposals. */
export class CompactBlocks {
  readonly #parts: CompactParts
  readonly #open = new Map<string, Open>()

  constructor(parts: CompactParts) {
    this.#parts = parts
  }

  /** How many proposals wait for actions, and the bound. */
  get held(): readonly [held: number, bound: number] {
    return [this.#open.size, MAX_OPEN]
  }

  /** Handles a compact proposal. The caller has verified its leader's signature. */
  received(peer: string, proposal: Proposal): void {
    if (this.#open.has(proposal.hash)) return
    const ids = idsIn(proposal.body)
    const missing = new Set(ids.filter((id) => !this.#parts.store.has(id)))
    if (missing.size === 0) {
      this.#whole({ peer, proposal, ids, extra: new Map() })
      return
    }
    const { proposer } = proposal.header
    const others = [...this.#open.keys()].filter(
      (hash) => this.#open.get(hash)!.proposal.header.proposer === proposer,
    )
    if (others.length >= MAX_OPEN) this.#close(others[0]!)
    const timer = this.#parts.clock.after(MISSING_MS, () => this.#giveUp(proposal.hash))
    this.#open.set(proposal.hash, { peer, proposal, ids, missing, extra: new Map(), extraBytes: 0, timer })
    const wanted = [...missing]
    for (let at = 0; at < wanted.length; at += MAX_IDS)
      this.#parts.send(peer, { type: 'want', ids: wanted.slice(at, at + MAX_IDS) })
  }

  /** Handles arrived actions, and completes the proposals that missed them and for which this peer was asked. */
  arrived(peer: string, actions: readonly CarriedAction[]): void {
    const asked = [...this.#open].filter(([, open]) => open.peer === peer)
    if (asked.length === 0) return
    for (const { bytes } of actions) {
      const id = idOf(bytes)
      for (const [, open] of asked) {
        if (!open.missing.delete(id)) continue
        open.extra.set(id, bytes)
        open.extraBytes += bytes.length
      }
    }
    for (const [hash, open] of asked) {
      if (open.extraBytes > this.#parts.limits.maxBodyBytes) this.#close(hash)
      if (open.missing.size > 0) continue
      this.#close(hash)
      this.#whole(open)
    }
  }

  /** Handles a closed connection: requests the whole blocks that this peer was to complete from other peers, at once. */
  disconnected(peer: string): void {
    for (const [hash, open] of this.#open) if (open.peer === peer) this.#giveUp(hash)
  }

  stop(): void {
    for (const hash of this.#open.keys()) this.#close(hash)
  }

  #close(hash: string): void {
    this.#parts.clock.cancel(this.#open.get(hash)?.timer)
    this.#open.delete(hash)
  }

  /** Requests the whole block instead of the missing actions. */
  #giveUp(hash: string): void {
    const open = this.#open.get(hash)
    this.#close(hash)
    if (open !== undefined) this.#parts.fetch(open.proposal, open.peer)
  }

  #whole({ peer, proposal, ids, extra }: Pick<Open, 'peer' | 'proposal' | 'ids' | 'extra'>): void {
    const actions = ids.map((id) => extra.get(id) ?? this.#parts.store.get(id)?.bytes)
    // The store may have dropped some of them meanwhile.
    if (actions.includes(undefined)) this.#parts.fetch(proposal, peer)
    else {
      const body = encodeBody(actions as Uint8Array[])
      // The names of large actions can add up to a body that nobody may hold.
      if (body.length <= this.#parts.limits.maxBodyBytes) this.#parts.onProposal(peer, { ...proposal, body })
    }
  }
}

function idsIn(body: Uint8Array): string[] {
  return Array.from({ length: body.length / ID_BYTES }, (_, i) =>
    bytesToHex(body.subarray(ID_BYTES * i, ID_BYTES * (i + 1))),
  )
}
