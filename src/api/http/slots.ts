/** Bounds how many answers that take long are sent at once, in all and per client. */
export class Slots {
  readonly #max: number
  readonly #maxPerClient: number
  readonly #byClient = new Map<string, number>()
  #running = 0

  constructor(max: number, maxPerClient: number) {
    this.#max = max
    this.#maxPerClient = maxPerClient
  }

  /** Number of answers that are being sent. */
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
