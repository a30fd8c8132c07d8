import { bytesToHex } from '../../codec/bytes.ts'
import { actionId } from '../../ledger/action-codec.ts'
import type { HashedAction } from '../../ledger/action-hash.ts'
import { sizeOf } from '../../mempool/entry.ts'
import type { CarriedAction } from '../../network/peer-messages.ts'

/** Capacity beyond a full pool: for notes of blocks that a quorum has certified, until their actions are applied. */
const SPARE_BYTES = 32 * 1024 * 1024
const SPARE_ENTRIES = 20_000
/** Bound on what is kept of actions that left the pool, because peers may still ask for those that did a moment ago. */
const RECENT_BYTES = 4 * 1024 * 1024
/** What an action takes beside its bytes and its note, with its id. */
const OVERHEAD_BYTES = 512

/** A stored action, with its decoded form and hash if they are known. */
export interface StoredAction extends CarriedAction {
  hashed?: HashedAction | undefined
}

const ids = new WeakMap<Uint8Array, string>()

/** The id (SHA-256 of the bytes, hex) of an encoded action, computed once per array: a full pool is announced to every peer that connects. */
export function idOf(bytes: Uint8Array): string {
  const known = ids.get(bytes)
  if (known !== undefined) return known
  const id = bytesToHex(actionId(bytes))
  ids.set(bytes, id)
  return id
}

/** Actions by their id (SHA-256 of their bytes, hex): those of the pool, and the last ones that left it. When either is full, its oldest are dropped. */
export class ActionStore {
  readonly #waiting: Shelf<StoredAction>
  readonly #recent: Shelf<CarriedAction>

  constructor(pool: { entries: number; bytes: number }) {
    this.#waiting = new Shelf({ entries: pool.entries + SPARE_ENTRIES, bytes: pool.bytes + SPARE_BYTES })
    this.#recent = new Shelf({ entries: RECENT_BYTES / OVERHEAD_BYTES, bytes: RECENT_BYTES }, OVERHEAD_BYTES)
  }

  /** Numbers of actions that are held, with their bounds. */
  get held(): Record<string, readonly [held: number, bound: number]> {
    return { 'stored actions': this.#waiting.held, 'actions that left the pool': this.#recent.held }
  }

  get(id: string): StoredAction | undefined {
    return this.#waiting.get(id) ?? this.#recent.get(id)
  }

  has(id: string): boolean {
    return this.get(id) !== undefined
  }

  /** Stores an action. @returns its id */
  add({ bytes, note, hashed }: StoredAction): string {
    const id = idOf(bytes)
    this.#waiting.add(id, { bytes, note, hashed })
    return id
  }

  /** Keeps no more of an action, which has left the pool, than what peers may ask for, and not for long. */
  settle(id: string): void {
    const action = this.#waiting.delete(id)
    if (action !== undefined) this.#recent.add(id, { bytes: action.bytes, note: action.note })
  }

  /** Forgets an action. */
  delete(id: string): void {
    this.#waiting.delete(id)
    this.#recent.delete(id)
  }
}

/** Actions in order of arrival, within bounds. */
class Shelf<T extends CarriedAction> {
  readonly #byId = new Map<string, T>()
  readonly #bounds: { entries: number; bytes: number }
  readonly #overhead: number
  #bytes = 0

  /** @param overhead counted for each action beside its bytes and its note */
  constructor(bounds: { entries: number; bytes: number }, overhead = 0) {
    this.#bounds = bounds
    this.#overhead = overhead
  }

  get held(): readonly [held: number, bound: number] {
    return [this.#byId.size, this.#bounds.entries]
  }

  get(id: string): T | undefined {
    return this.#byId.get(id)
  }

  /** Adds an action unless it is there, and drops the oldest beyond the bounds. */
  add(id: string, action: T): void {
    if (this.#byId.has(id)) return
    this.#byId.set(id, action)
    this.#bytes += sizeOf(action) + this.#overhead
    const { entries, bytes } = this.#bounds
    for (const oldest of this.#byId.keys()) {
      if (this.#byId.size <= entries && this.#bytes <= bytes) return
      this.delete(oldest)
    }
  }

  /** @returns what was deleted */
  delete(id: string): T | undefined {
    const action = this.#byId.get(id)
    if (action === undefined) return undefined
    this.#byId.delete(id)
    this.#bytes -= sizeOf(action) + this.#overhead
    return action
  }
}
