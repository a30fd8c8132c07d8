import type { Poseidon } from '../crypto/poseidon.ts'
import type { SignedTransfer } from '../ledger/action.ts'
import { MINT } from '../ledger/params.ts'
import { accountOrRejection } from '../ledger/signer.ts'
import { type Candidate, eraOf, sizeOf } from './entry.ts'

/** What all parked actions together may take in memory, in bytes as `costOf` counts them: at most 16,384 actions. */
export const MAX_PARKED_BYTES = 16 * 1024 * 1024
/** Counted for each action besides its encoding and note: the decoded action and its places in the maps. */
export const PARKED_OVERHEAD_BYTES = 1024

/** Where a transfer goes on. */
type Place = Pick<SignedTransfer['transfer'], 'from' | 'assetId' | 'fromStart'>

interface ParkedAction {
  candidate: Candidate
  /** The key of the peer that delivered it. */
  peer: string
  signer: bigint
  slot: string
  cost: number
}

/** The parked actions of one signer that one peer delivered, in order of arrival. */
interface Lane {
  cost: number
  actions: Set<ParkedAction>
}

/** What one peer delivered. */
interface Share {
  cost: number
  lanes: Map<bigint, Lane>
}

/**
 * Actions that gossip brought before the ones they follow. They wait here, unapplied, by the holding and the fromStart at which they
 * continue.
 *
 * Honest peers pass on only what their own pools admitted, but a Byzantine peer can invent any number of signers and actions that never
 * become applicable. So the budget is shared among the peers that delivered, and within a peer's share among signers: when it is
 * exceeded, the latest action of the heaviest signer of the heaviest peer goes. A peer whose actions take no more than the budget
 * divided by the number of peers loses nothing to the others; neither does, within a share, a signer to other signers.
 */
export class Parked {
  readonly #poseidon: Poseidon
  readonly #byHash = new Map<bigint, ParkedAction>()
  readonly #bySlot = new Map<string, ParkedAction>()
  readonly #shares = new Map<string, Share>()
  #bytes = 0

  constructor(poseidon: Poseidon) {
    this.#poseidon = poseidon
  }

  get size(): number {
    return this.#byHash.size
  }

  /** Never more than MAX_PARKED_BYTES. */
  get bytes(): number {
    return this.#bytes
  }

  /**
   * Keeps a candidate that `peer` delivered. A signer has one action per holding and fromStart: of several at most one can be applied.
   * @returns whether it is parked now
   */
  add(candidate: Candidate, peer: string): boolean {
    if (this.#byHash.has(candidate.hash)) return true
    const { action } = candidate
    if (action.type !== 'transfer') return false
    const signer = signerOf(this.#poseidon, action)
    if (signer === undefined) return false
    const slot = slotOf(signer, action.transfer)
    if (this.#bySlot.has(slot)) return false
    const newcomer = { candidate, peer, signer, slot, cost: costOf(candidate) }
    this.#insert(newcomer)
    while (this.#bytes > MAX_PARKED_BYTES) this.#remove(this.#heaviest(newcomer))
    return this.#byHash.has(candidate.hash)
  }

  /** Takes out what `signer` signed to go on at `fromStart` of a holding. */
  take(signer: bigint, place: Place): { candidate: Candidate; peer: string } | undefined {
    const action = this.#bySlot.get(slotOf(signer, place))
    if (action !== undefined) this.#remove(action)
    return action
  }

  /** Drops an action that became final. */
  delete(hash: bigint): void {
    const action = this.#byHash.get(hash)
    if (action !== undefined) this.#remove(action)
  }

  /** Drops what may enter no block of era `era` or later. */
  expire(era: number, ttl: number): void {
    for (const action of this.#byHash.values())
      if (era >= eraOf(action.candidate.action) + ttl) this.#remove(action)
  }

  #insert(action: ParkedAction): void {
    const { candidate, peer, signer, slot, cost } = action
    this.#byHash.set(candidate.hash, action)
    this.#bySlot.set(slot, action)
    const share = this.#shares.get(peer) ?? { cost: 0, lanes: new Map<bigint, Lane>() }
    this.#shares.set(peer, share)
    const lane = share.lanes.get(signer) ?? { cost: 0, actions: new Set() }
    share.lanes.set(signer, lane)
    lane.actions.add(action)
    lane.cost += cost
    share.cost += cost
    this.#bytes += cost
  }

  #remove(action: ParkedAction): void {
    const { candidate, peer, signer, slot, cost } = action
    this.#byHash.delete(candidate.hash)
    this.#bySlot.delete(slot)
    const share = this.#shares.get(peer)!
    const lane = share.lanes.get(signer)!
    lane.actions.delete(action)
    lane.cost -= cost
    share.cost -= cost
    this.#bytes -= cost
    if (lane.actions.size === 0) share.lanes.delete(signer)
    if (share.lanes.size === 0) this.#shares.delete(peer)
  }

  /** What to evict; among equals the newcomer pays, so that nothing is lost to one that has as much already. */
  #heaviest(newcomer: ParkedAction): ParkedAction {
    const share = mostCostly(this.#shares, newcomer.peer)
    const { actions } = mostCostly(share.lanes, newcomer.signer)
    if (actions.has(newcomer)) return newcomer
    let latest: ParkedAction | undefined
    for (const action of actions) latest = action
    return latest!
  }
}

/** The value that costs most; of equals the preferred one, if it is among them. */
function mostCostly<K, V extends { cost: number }>(values: ReadonlyMap<K, V>, preferred: K): V {
  let most = values.get(preferred)
  for (const value of values.values()) if (most === undefined || value.cost > most.cost) most = value
  return most!
}

function costOf(candidate: Candidate): number {
  return sizeOf(candidate) + PARKED_OVERHEAD_BYTES
}

/** Anybody can sign for a mint holding whose issuer is not known yet, so the signer belongs to the name. */
function slotOf(signer: bigint, { from, assetId, fromStart }: Place): string {
  return `${signer}:${from}:${assetId}:${fromStart}`
}

/** The account of the key that signed; undefined if it is not that of the holding, which no predecessor can cure. */
function signerOf(poseidon: Poseidon, { transfer, publicKey }: SignedTransfer): bigint | undefined {
  const signer = accountOrRejection(poseidon, publicKey)
  if (typeof signer !== 'bigint') return undefined
  return transfer.from !== MINT && transfer.from !== signer ? undefined : signer
}
