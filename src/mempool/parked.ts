import { type Candidate, eraOf } from './entry.ts'

/** Out-of-order actions kept in all, and for one holding. */
const MAX_PARKED = 1024
const MAX_PARKED_PER_HOLDING = 16

/**
 * Actions that gossip brought before the ones they follow. They wait here, unapplied, by the holding whose next change may let
 * them in; a full buffer drops the newcomer, which its sender offers again.
 */
export class Parked {
  readonly #byHolding = new Map<string, Candidate[]>()
  readonly #hashes = new Set<bigint>()

  get size(): number {
    return this.#hashes.size
  }

  /** Keeps a candidate; false when there is no room or it is here already. */
  add(candidate: Candidate): boolean {
    if (this.#hashes.has(candidate.hash) || this.#hashes.size >= MAX_PARKED) return false
    const key = senderOf(candidate)
    if (key === undefined) return false
    const waiting = this.#byHolding.get(key) ?? []
    if (waiting.length >= MAX_PARKED_PER_HOLDING) return false
    waiting.push(candidate)
    waiting.sort((a, b) => (startOf(a) < startOf(b) ? -1 : 1))
    this.#byHolding.set(key, waiting)
    this.#hashes.add(candidate.hash)
    return true
  }

  /** Takes out everything that waits on the holding of `account` in `assetId`, lowest fromStart first. */
  take(account: bigint, assetId: bigint): Candidate[] {
    if (this.#hashes.size === 0) return []
    const key = holdingKey(account, assetId)
    const waiting = this.#byHolding.get(key) ?? []
    this.#byHolding.delete(key)
    for (const candidate of waiting) this.#hashes.delete(candidate.hash)
    return waiting
  }

  /** Drops what may enter no block of era `era` or later. */
  expire(era: number, ttl: number): void {
    for (const [key, waiting] of this.#byHolding) {
      const kept = waiting.filter((candidate) => era < eraOf(candidate.action) + ttl)
      for (const candidate of waiting) if (!kept.includes(candidate)) this.#hashes.delete(candidate.hash)
      if (kept.length === 0) this.#byHolding.delete(key)
      else this.#byHolding.set(key, kept)
    }
  }
}

function holdingKey(account: bigint, assetId: bigint): string {
  return `${account}:${assetId}`
}

/** The holding an action spends from; an issue of an unknown asset waits on its mint holding. */
function senderOf({ action }: Candidate): string | undefined {
  return action.type === 'transfer' ? holdingKey(action.transfer.from, action.transfer.assetId) : undefined
}

function startOf({ action }: Candidate): bigint {
  return action.type === 'transfer' ? action.transfer.fromStart : 0n
}
