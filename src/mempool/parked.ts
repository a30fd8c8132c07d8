import type { Poseidon } from '../crypto/poseidon.ts'
import type { SignedTransfer } from '../ledger/action.ts'
import { MINT } from '../ledger/params.ts'
import { type Rejection, reject } from '../ledger/rejection.ts'
import { accountOrRejection } from '../ledger/signer.ts'
import { type Candidate, eraOf, sizeOf } from './entry.ts'
import { HeaviestFirst } from './heaviest-first.ts'

/** Bound on the memory of all parked actions, in bytes as `costOf` counts them: so there are at most 16,384 actions. */
export const MAX_PARKED_BYTES = 16 * 1024 * 1024
/** Counted per action in addition to its encoding and note, for the decoded action and its entries in the maps. */
export const PARKED_OVERHEAD_BYTES = 1024

/** The holding that a transfer spends from, and the first unit that it moves. */
type SpendPoint = Pick<SignedTransfer['transfer'], 'from' | 'assetId' | 'fromStart'>

interface ParkedAction {
  candidate: Candidate
  /** The key of the peer that delivered it. */
  peer: string
  signer: bigint
  slot: string
  cost: number
  isParked: boolean
}

/** The parked actions of one signer that one peer delivered. */
interface Lane {
  cost: number
  /** In order of arrival. May hold actions that left already, but not as the last one. */
  actions: ParkedAction[]
  /** Actions that are still parked. */
  count: number
}

/** The parked actions that one peer delivered, by signer. */
interface Share {
  cost: number
  lanes: Map<bigint, Lane>
  byCost: HeaviestFirst<Lane>
}

/**
 * Actions that peers or clients brought before the ones that they follow. They wait here, unapplied, by signer, holding and fromStart.
 *
 * Honest peers forward only what their own pools admitted, but a Byzantine peer can invent any number of signers and actions that never
 * become applicable. So the budget is shared among the delivering peers, and a peer's share among signers: when the budget is exceeded, the
 * latest action of the heaviest signer of the heaviest peer is dropped. A peer whose actions take no more than the budget divided by the
 * number of peers loses nothing to other peers, and within a share the same holds for signers.
 */
export class Parked {
  readonly #poseidon: Poseidon
  readonly #byHash = new Map<bigint, ParkedAction>()
  readonly #bySlot = new Map<string, ParkedAction>()
  readonly #shares = new Map<string, Share>()
  /** Those whose predecessor has arrived. */
  readonly #ready = new Set<ParkedAction>()
  readonly #onDropped: (candidate: Candidate, rejection: Rejection, peer: string) => void
  #bytes = 0

  /** `onDropped` is told of every action that leaves because others need its space, or because it expired. */
  constructor(
    poseidon: Poseidon,
    onDropped: (candidate: Candidate, rejection: Rejection, peer: string) => void = () => undefined,
  ) {
    this.#poseidon = poseidon
    this.#onDropped = onDropped
  }

  get size(): number {
    return this.#byHash.size
  }

  /** Never more than MAX_PARKED_BYTES. */
  get bytes(): number {
    return this.#bytes
  }

  /**
   * Parks a candidate that `peer` delivered. A signer has at most one parked action per holding and fromStart, because only one of several
   * could be applied.
   * @returns what is parked of this action now, which came earlier if it was parked before; FULL if nothing is because the peer has its share;
   * undefined if it cannot be parked at all
   */
  add(candidate: Candidate, peer: string): Candidate | 'FULL' | undefined {
    const known = this.#byHash.get(candidate.hash)
    if (known !== undefined) return known.candidate
    const { action } = candidate
    if (action.type !== 'transfer') return undefined
    const signer = signerOf(this.#poseidon, action)
    if (signer === undefined) return undefined
    const slot = slotOf(signer, action.transfer)
    if (this.#bySlot.has(slot)) return undefined
    const newcomer = { candidate, peer, signer, slot, cost: costOf(candidate), isParked: true }
    this.#insert(newcomer)
    while (this.#bytes > MAX_PARKED_BYTES) {
      const heaviest = this.#heaviest(newcomer)
      this.#remove(heaviest)
      if (heaviest !== newcomer) this.#onDropped(heaviest.candidate, reject('POOL_FULL'), heaviest.peer)
    }
    return newcomer.isParked ? candidate : 'FULL'
  }

  /** Marks the action by `signer` that spends from this point on as ready: its predecessor has arrived. */
  markReady(signer: bigint, point: SpendPoint): void {
    const action = this.#bySlot.get(slotOf(signer, point))
    if (action !== undefined) this.#ready.add(action)
  }

  /** Whether an action is ready. */
  get hasReady(): boolean {
    return this.#ready.size > 0
  }

  /** Removes and returns an action that is ready. */
  takeReady(): { candidate: Candidate; peer: string } | undefined {
    for (const action of this.#ready) {
      this.#remove(action)
      return action
    }
    return undefined
  }

  has(hash: bigint): boolean {
    return this.#byHash.has(hash)
  }

  /** Takes an action out that was admitted or became final. @returns the action, if it was parked */
  delete(hash: bigint): Candidate | undefined {
    const action = this.#byHash.get(hash)
    if (action !== undefined) this.#remove(action)
    return action?.candidate
  }

  /** Drops actions that can enter no block of `era` or later. */
  expire(era: number, ttl: number): void {
    for (const action of this.#byHash.values()) {
      const { candidate, peer } = action
      const own = eraOf(candidate.action)
      if (era < own + ttl) continue
      this.#remove(action)
      this.#onDropped(candidate, reject('ERA_EXPIRED', { era: own, current: era }), peer)
    }
  }

  #insert(action: ParkedAction): void {
    const { candidate, peer, signer, slot, cost } = action
    this.#byHash.set(candidate.hash, action)
    this.#bySlot.set(slot, action)
    const share = this.#shares.get(peer) ?? { cost: 0, lanes: new Map(), byCost: new HeaviestFirst() }
    this.#shares.set(peer, share)
    const lane = share.lanes.get(signer) ?? { cost: 0, actions: [], count: 0 }
    share.lanes.set(signer, lane)
    lane.actions.push(action)
    lane.count += 1
    lane.cost += cost
    share.byCost.changed(lane)
    share.cost += cost
    this.#bytes += cost
  }

  #remove(action: ParkedAction): void {
    const { candidate, peer, signer, slot, cost } = action
    this.#byHash.delete(candidate.hash)
    this.#bySlot.delete(slot)
    this.#ready.delete(action)
    const share = this.#shares.get(peer)!
    const lane = share.lanes.get(signer)!
    action.isParked = false
    lane.count -= 1
    while (lane.actions.at(-1)?.isParked === false) lane.actions.pop()
    if (lane.actions.length > 2 * lane.count) lane.actions = lane.actions.filter(({ isParked }) => isParked)
    lane.cost -= cost
    share.byCost.changed(lane)
    share.cost -= cost
    this.#bytes -= cost
    if (lane.count === 0) share.lanes.delete(signer)
    if (share.lanes.size === 0) this.#shares.delete(peer)
  }

  /** The action to drop. Among equals it is the newcomer, so that it cannot displace those that have no more. */
  #heaviest(newcomer: ParkedAction): ParkedAction {
    let share = this.#shares.get(newcomer.peer)
    for (const other of this.#shares.values())
      if (share === undefined || other.cost > share.cost) share = other
    const own = share!.lanes.get(newcomer.signer)
    const heaviest = share!.byCost.peek()!
    const lane = own !== undefined && own.cost === heaviest.cost ? own : heaviest
    return lane.actions.at(-1)!
  }
}

function costOf(candidate: Candidate): number {
  return sizeOf(candidate) + PARKED_OVERHEAD_BYTES
}

/** The signer is part of the key: while a mint holding's issuer is not known, anyone can sign for it. */
function slotOf(signer: bigint, { from, assetId, fromStart }: SpendPoint): string {
  return `${signer}:${from}:${assetId}:${fromStart}`
}

/** The account of the key that signed; undefined if the key may not spend from the holding, which no earlier action can change. */
function signerOf(poseidon: Poseidon, { transfer, publicKey }: SignedTransfer): bigint | undefined {
  const signer = accountOrRejection(poseidon, publicKey)
  if (typeof signer !== 'bigint') return undefined
  return transfer.from !== MINT && transfer.from !== signer ? undefined : signer
}
