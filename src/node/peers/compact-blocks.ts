import { bytesToHex, concatBytes } from '../../codec/bytes.ts'
import type { Proposal } from '../../consensus/types.ts'
import { actionId } from '../../ledger/action-codec.ts'
import { decodeBody, encodeBody } from '../../ledger/body.ts'
import type { Limits } from '../../ledger/genesis.ts'
import { type CarriedAction, MAX_IDS, type PeerMessage } from '../../network/peer-messages.ts'
import type { Clock, Timer } from '../../process/clock.ts'
import type { ActionStore } from './action-store.ts'

const ID_BYTES = 32
/** Maximum number of proposals that wait for missing actions. */
const MAX_OPEN = 16
/** How long to wait for missing actions before requesting the whole block. */
const MISSING_MS = 500

/** What CompactBlocks needs from the node. */
export interface CompactParts {
  clock: Clock
  store: ActionStore
  limits: Pick<Limits, 'maxRecords' | 'maxBodyBytes'>
  send(peer: string, message: PeerMessage): boolean
  /** Requests a whole block, from the peer `first` if it is still connected. */
  fetch(hash: string, first: string): void
  /** Called with a complete proposal. */
  onProposal(peer: string, proposal: Proposal): void
}

/** A proposal that waits for missing actions. */
interface Open {
  peer: string
  proposal: Proposal
  ids: string[]
  missing: Set<string>
  /** Actions that arrived meanwhile, by id. They need not be in the store. */
  extra: Map<string, Uint8Array>
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
    if (this.#open.size >= MAX_OPEN) this.#close(this.#open.keys().next().value!)
    const timer = this.#parts.clock.after(MISSING_MS, () => this.#giveUp(proposal.hash, peer))
    this.#open.set(proposal.hash, { peer, proposal, ids, missing, extra: new Map(), timer })
    const wanted = [...missing]
    for (let at = 0; at < wanted.length; at += MAX_IDS)
      this.#parts.send(peer, { type: 'want', ids: wanted.slice(at, at + MAX_IDS) })
  }

  /** Handles arrived actions, and completes the proposals that missed them. */
  arrived(actions: readonly CarriedAction[]): void {
    if (this.#open.size === 0) return
    for (const { bytes } of actions) {
      const id = bytesToHex(actionId(bytes))
      for (const open of this.#open.values()) if (open.missing.delete(id)) open.extra.set(id, bytes)
    }
    for (const [hash, open] of this.#open) {
      if (open.missing.size > 0) continue
      this.#close(hash)
      this.#whole(open)
    }
  }

  /** Handles a closed connection: requests the whole blocks that this peer was to complete from other peers, at once. */
  disconnected(peer: string): void {
    for (const [hash, open] of this.#open) if (open.peer === peer) this.#giveUp(hash, peer)
  }

  stop(): void {
    for (const hash of this.#open.keys()) this.#close(hash)
  }

  #close(hash: string): void {
    this.#parts.clock.cancel(this.#open.get(hash)?.timer)
    this.#open.delete(hash)
  }

  /** Requests the whole block instead of the missing actions. */
  #giveUp(hash: string, peer: string): void {
    this.#close(hash)
    this.#parts.fetch(hash, peer)
  }

  #whole({ peer, proposal, ids, extra }: Pick<Open, 'peer' | 'proposal' | 'ids' | 'extra'>): void {
    const actions = ids.map((id) => extra.get(id) ?? this.#parts.store.get(id)?.bytes)
    // The store may have dropped some of them meanwhile.
    if (actions.includes(undefined)) this.#parts.fetch(proposal.hash, peer)
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
