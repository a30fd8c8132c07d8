import { bytesToHex } from '../../codec/bytes.ts'
import { actionId } from '../../ledger/action-codec.ts'
import type { HashedAction } from '../../ledger/action-hash.ts'
import type { CarriedAction } from '../../network/peer-messages.ts'

/** Bytes and entries kept beyond what a full pool holds: what left it a moment ago may still be asked for. */
const SPARE_BYTES = 32 * 1024 * 1024
const SPARE_ENTRIES = 20_000

/** An action that is kept, with what was read from it where that is known. */
export interface StoredAction extends CarriedAction {
  hashed?: HashedAction | undefined
}

/** Actions by their id (SHA-256 of their bytes, hex), the oldest forgotten first. */
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

  /** Keeps an action; returns its id. */
  add({ bytes, note, hashed }: StoredAction): string {
    const id = bytesToHex(actionId(bytes))
    if (this.#byId.has(id)) return id
    this.#byId.set(id, { bytes, note, hashed })
    this.#bytes += bytes.length + (note?.length ?? 0)
    while (this.#byId.size > this.#maxEntries || this.#bytes > this.#maxBytes) this.#forgetOldest()
    return id
  }

  #forgetOldest(): void {
    for (const [id, { bytes, note }] of this.#byId) {
      this.#byId.delete(id)
      this.#bytes -= bytes.length + (note?.length ?? 0)
      return
    }
  }
}
