/** How many units came into a holding, and how many went. */
export interface Counters {
  in: bigint
  out: bigint
}

/** Of an asset's number, so many further values are its holdings. */
const MAX_PARTIES = 2 ** 24

/** A number for each holding. */
export class HoldingNumbers {
  readonly #parties = new Map<string, number>()

  /** Names of holders. */
  get names(): Iterable<string> {
    return this.#parties.keys()
  }

  /** @param asset its number; @param holder a name, or 0 or 1 for the mint and the retired units. @throws RangeError with more than MAX_PARTIES holders */
  of(asset: number, holder: string | 0 | 1): number {
    let party = typeof holder === 'number' ? holder : this.#parties.get(holder)
    if (party === undefined) {
      party = 2 + this.#parties.size
      if (party >= MAX_PARTIES) throw new RangeError(`a file has at most ${MAX_PARTIES} parties`)
      this.#parties.set(holder as string, party)
    }
    return asset * MAX_PARTIES + party
  }
}

/** The counters of holdings, by a number for each. */
export class Holdings {
  readonly #counters = new Map<number, Counters>()

  get size(): number {
    return this.#counters.size
  }

  get(holding: number): Counters | undefined {
    return this.#counters.get(holding)
  }

  /** Counts units that came and went; negative numbers take them back. A holding of which nothing is counted is forgotten. */
  add(holding: number, came: bigint, went: bigint): void {
    const counters = this.#counters.get(holding)
    if (counters === undefined) {
      if (came !== 0n || went !== 0n) this.#counters.set(holding, { in: came, out: went })
      return
    }
    counters.in += came
    counters.out += went
    if (counters.in === 0n && counters.out === 0n) this.#counters.delete(holding)
  }

  /** Becomes the negative of another: the sum of both is nothing. */
  negate(other: Holdings): void {
    this.clear()
    for (const [holding, { in: came, out: went }] of other.#counters) this.add(holding, -came, -went)
  }

  clear(): void {
    this.#counters.clear()
  }
}

/** The sum of what two have counted of a holding; undefined if that is nothing. */
export function sumOf(one: Counters | undefined, other: Counters | undefined): Counters | undefined {
  if (one === undefined || other === undefined) return one ?? other
  const sum = { in: one.in + other.in, out: one.out + other.out }
  return sum.in === 0n && sum.out === 0n ? undefined : sum
}
