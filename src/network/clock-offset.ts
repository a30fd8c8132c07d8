const SAMPLES = 9

/** How far other clocks are from this one, milliseconds; positive if they are ahead. */
export class ClockOffset {
  readonly #samples = new Map<string, number[]>()

  /** A ping that left at `sentMs` was answered with the peer's clock at `receivedMs`: it was read about halfway. */
  add(key: string, times: { sentMs: number; clockMs: number; receivedMs: number }): void {
    const { sentMs, clockMs, receivedMs } = times
    const samples = this.#samples.get(key) ?? []
    samples.push(clockMs - (sentMs + receivedMs) / 2)
    this.#samples.set(key, samples.slice(-SAMPLES))
  }

  forget(key: string): void {
    this.#samples.delete(key)
  }

  /** The median over peers of each one's median; 0 without any. */
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
