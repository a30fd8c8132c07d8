import { bytesToHex } from '../../codec/bytes.ts'
import { actionId } from '../../ledger/action-codec.ts'
import type { HashedAction } from '../../ledger/action-hash.ts'
import { sizeOf } from '../../mempool/entry.ts'
import type { CarriedAction } from '../../network/peer-messages.ts'

/** Capacity beyond a full pool, because peers may still ask for actions that left the pool a moment ago. */
const SPARE_BYTES = 32 * 1024 * 1024
const SPARE_ENTRIES = 20_000

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

/** Actions by their id (SHA-256 of their bytes, hex). When it is full, the oldest actions are dropped. */
export class ActionStore {
  readonly #byId = new Map<string, StoredAction>()
  readonly #maxEntries: number
  readonly #maxBytes: number
  #bytes = 0

  constructor(pool: { entries: number; bytes: number }) {
    this.#maxEntries = pool.entries + SPARE_ENTRIES
    this.#maxBytes = pool.bytes + SPARE_BYTES
  }

  get(id: string): StoredAction | undefined {
    return this.#byId.get(id)
  }

  has(id: string): boolean {
    return this.#byId.has(id)
  }

  /** Stores an action. @returns its id */
  add({ bytes, note, hashed }: StoredAction): string {
    const id = idOf(bytes)
    if (this.#byId.has(id)) return id
    this.#byId.set(id, { bytes, note, hashed })
    this.#bytes += sizeOf({ bytes, note })
    while (this.#byId.size > this.#maxEntries || this.#bytes > this.#maxBytes) this.#forgetOldest()
    return id
  }

  /** Forgets an action. */
  delete(id: string): void {
    const action = this.#byId.get(id)
    if (action === undefined) return
    this.#byId.delete(id)
    this.#bytes -= sizeOf(action)
  }

  #forgetOldest(): void {
    for (const [id, action] of this.#byId) {
      this.#byId.delete(id)
      this.#bytes -= sizeOf(action)
      return
    }
  }
}
