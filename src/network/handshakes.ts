import { BlockList } from 'node:net'
import { clientName } from '../http/client-address.ts'
import { Places } from '../http/places.ts'

/** Handshakes at a time: from addresses that no peer has come from, and apart from these from addresses that one has. */
export const MAX_STRANGERS = 32
const MAX_FAMILIAR = 32
/** Handshakes per second and at once. A handshake costs a node 1 to 2 ms. */
export const RATES = {
  /** From one address that no peer has come from, */
  stranger: { perSecond: 5, burst: 20 },
  /** from all of these together, */
  strangers: { perSecond: 32, burst: 64 },
  /** and from one address that a peer has come from. */
  familiar: { perSecond: 16, burst: 64 },
}
/** Addresses whose handshakes are counted; beyond it the one that came first is forgotten. */
const MAX_ADDRESSES = 1_024

interface Bucket {
  left: number
  atMs: number
}

/**
 * Who may begin a TLS handshake, by address (of IPv6, by /64 network), so that a flood of strangers neither keeps peers out nor takes the node's time.
 * An address from which a peer has proven its key has places and a rate of its own. PROTOCOL.md, "Budgets".
 */
export class Handshakes<Socket extends object> {
  readonly #strange: Places<Socket>
  readonly #known: Places<Socket>
  readonly #buckets = new Map<string, Bucket>()
  readonly #strangers: Bucket = { left: RATES.strangers.burst, atMs: 0 }
  /** The last address of each peer, by its key. */
  readonly #familiar = new Map<string, string>()

  /** @param evict closes a socket that loses its place: the oldest of the address that has the most */
  constructor(evict: (socket: Socket) => void) {
    // Nothing is under way that deserves to go on.
    const placesFor = (inAll: number) =>
      new Places<Socket>({ inAll, ofOne: inAll }, { isIdle: () => true, evict })
    this.#strange = placesFor(MAX_STRANGERS)
    this.#known = placesFor(MAX_FAMILIAR)
  }

  /** Takes a place for a socket. @returns false if it must be closed: its address, or all strangers together, came too often */
  enter(socket: Socket, ip: string, nowMs: number): boolean {
    const address = addressOf(ip)
    const isFamiliar = this.#isFamiliar(address)
    const bucket = this.#bucketOf(address, isFamiliar ? RATES.familiar.burst : RATES.stranger.burst, nowMs)
    if (isFamiliar) {
      if (!take(bucket, RATES.familiar, nowMs)) return false
    } else if (!take(bucket, RATES.stranger, nowMs) || !take(this.#strangers, RATES.strangers, nowMs))
      return false
    return (isFamiliar ? this.#known : this.#strange).enter(socket, address)
  }

  /** The handshake of a socket is over, or the socket is closed. */
  leave(socket: Socket): void {
    this.#strange.leave(socket)
    this.#known.leave(socket)
  }

  /** A peer has proven its key from this address. There are at most as many as there are pinned keys. */
  proven(key: string, ip: string): void {
    this.#familiar.set(key, addressOf(ip))
  }

  #isFamiliar(address: string): boolean {
    for (const other of this.#familiar.values()) if (other === address) return true
    return false
  }

  #bucketOf(address: string, burst: number, nowMs: number): Bucket {
    const bucket = this.#buckets.get(address) ?? { left: burst, atMs: nowMs }
    this.#buckets.set(address, bucket)
    if (this.#buckets.size > MAX_ADDRESSES) this.#buckets.delete(this.#buckets.keys().next().value!)
    return bucket
  }
}

function take(
  bucket: Bucket,
  { perSecond, burst }: { perSecond: number; burst: number },
  nowMs: number,
): boolean {
  bucket.left = Math.min(burst, bucket.left + (Math.max(0, nowMs - bucket.atMs) / 1_000) * perSecond)
  bucket.atMs = nowMs
  if (bucket.left < 1) return false
  bucket.left -= 1
  return true
}

const NO_PROXIES = new BlockList()
const addressOf = (ip: string) => clientName(ip, undefined, NO_PROXIES)
