const SAMPLES = 9

/** How far peers' clocks are from this one, in milliseconds; positive if they are ahead. PROTOCOL.md, "Peers". */
export class ClockOffset {
  /** Of connected peers, at most SAMPLES each. */
  readonly #samples = new Map<string, number[]>()

  /**
   * Adds a sample: a ping sent at `sentMs` was answered with the peer's `clockMs`, and the answer received at `receivedMs`. The peer is
   * assumed to have read its clock halfway between.
   */
  add(key: string, times: { sentMs: number; clockMs: number; receivedMs: number }): void {
    const { sentMs, clockMs, receivedMs } = times
    const samples = this.#samples.get(key) ?? []
    samples.push(clockMs - (sentMs + receivedMs) / 2)
    this.#samples.set(key, samples.slice(-SAMPLES))
  }

  forget(key: string): void {
    this.#samples.delete(key)
  }

  /** The median over peers of the median of each one's last 9 samples; 0 without peers. */
  get medianMs(): number {
    return median([...this.#samples.values()].map(median))
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length === 0) return 0
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
