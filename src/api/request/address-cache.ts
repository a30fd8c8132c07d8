import { encodeAddress } from '../../crypto/address.ts'
import { BoundedCache } from '../../storage/bounded-cache.ts'

/** Bytes of all addresses that are kept. */
export const MAX_ADDRESS_BYTES = 8 * 1024 * 1024
/** What an entry takes: the address, the account, and their place in the cache. */
const ENTRY_BYTES = 256

/** Encodes accounts. An address takes longer to encode than most records take to read, and the same accounts come again and again. */
export class AddressCache {
  readonly #known = new BoundedCache<bigint, string>(MAX_ADDRESS_BYTES)

  /** What the kept addresses take; at most MAX_ADDRESS_BYTES. */
  get bytes(): number {
    return this.#known.size
  }

  of(account: bigint): string {
    const known = this.#known.get(account)
    if (known !== undefined) return known
    const address = encodeAddress(account)
    this.#known.set(account, address, ENTRY_BYTES)
    return address
  }
}
