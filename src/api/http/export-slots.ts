import { isIPv6 } from 'node:net'

/** Bounds the exports that run at once, in all and per client. */
export class ExportSlots {
  readonly #max: number
  readonly #maxPerClient: number
  readonly #byClient = new Map<string, number>()
  #running = 0

  constructor(max: number, maxPerClient: number) {
    this.#max = max
    this.#maxPerClient = maxPerClient
  }

  /** Number of exports that run. */
  get running(): number {
    return this.#running
  }

  /** Takes a slot for a client. @returns a function that gives it back, or undefined if none is free for this client */
  take(client: string): (() => void) | undefined {
    const own = this.#byClient.get(client) ?? 0
    if (this.#running >= this.#max || own >= this.#maxPerClient) return undefined
    this.#running += 1
    this.#byClient.set(client, own + 1)
    return () => {
      this.#running -= 1
      const left = this.#byClient.get(client)! - 1
      if (left === 0) this.#byClient.delete(client)
      else this.#byClient.set(client, left)
    }
  }
}

/** The name under which an address is counted. An IPv6 client has a whole /64, so its address counts by the first four groups. */
export function clientOf(address: string | undefined): string {
  if (address === undefined) return ''
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address.replace(/^::ffff:/, '')
  const [head = '', tail] = address.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0')
  return [...left, ...(tail === undefined ? [] : zeros), ...right].slice(0, 4).join(':')
}
