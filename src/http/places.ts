/** How many may hold a place. */
export interface PlaceLimits {
  /** All together. */
  inAll: number
  /** Those of one name. */
  ofOne: number
}

/** What places are given to: connections, mostly. */
export interface PlaceRules<Holder> {
  /** Whether nothing is under way with a holder. */
  isIdle(holder: Holder): boolean
  /** Whether many share a name, as clients share that of a proxy. It may have all places, and loses its own only to itself. */
  isShared?(name: string): boolean
  /** Tells a holder that it has lost its place. */
  evict(holder: Holder): void
}

/**
 * Gives a bounded number of places to names, fairly: whoever comes when none is left takes the place of another one. That is the one that has been idle for
 * longest, of the name that has the most, or of the newcomer's own name if this has as many as it may. Only of a name that has more than the newcomer's one is
 * a place taken that is not idle; if there is none, the newcomer gets no place. So whoever has fewer than others neither is kept out by them nor loses anything.
 */
export class Places<Holder extends object> {
  readonly #limits: PlaceLimits
  readonly #rules: PlaceRules<Holder>
  /** Names, and the holders of each, by when they were used last: the longest ago first. */
  readonly #byName = new Map<string, Set<Holder>>()
  readonly #names = new Map<Holder, string>()

  constructor(limits: PlaceLimits, rules: PlaceRules<Holder>) {
    this.#limits = limits
    this.#rules = rules
  }

  /** Places that are taken. */
  get size(): number {
    return this.#names.size
  }

  /** Takes a place for a newcomer. @returns false if it gets none */
  enter(holder: Holder, name: string): boolean {
    const own = this.#byName.get(name) ?? new Set<Holder>()
    this.#byName.set(name, own.add(holder))
    this.#names.set(holder, name)
    const isTooMany = own.size > this.#limits.ofOne && !this.#isShared(name)
    if (!isTooMany && this.#names.size <= this.#limits.inAll) return true
    const loser = (isTooMany ? this.#idleOf(own) : this.#loser(name)) ?? holder
    this.leave(loser)
    if (loser === holder) return false
    this.#rules.evict(loser)
    return true
  }

  /** Something was done with a holder just now. */
  used(holder: Holder): void {
    const name = this.#names.get(holder)
    if (name === undefined) return
    const own = this.#byName.get(name)!
    own.delete(holder)
    this.#byName.delete(name)
    this.#byName.set(name, own.add(holder))
  }

  /** A holder gives its place back; nothing if it has none. */
  leave(holder: Holder): void {
    const name = this.#names.get(holder)
    if (name === undefined) return
    this.#names.delete(holder)
    const own = this.#byName.get(name)!
    own.delete(holder)
    if (own.size === 0) this.#byName.delete(name)
  }

  /** Who loses its place to a newcomer of a name; undefined if nobody does. */
  #loser(newcomer: string): Holder | undefined {
    const weightOf = (name: string) => (this.#isShared(name) ? 0 : this.#byName.get(name)!.size)
    let most = 0
    for (const name of this.#byName.keys()) most = Math.max(most, weightOf(name))
    let busy: Holder | undefined
    for (const [name, own] of this.#byName) {
      if (weightOf(name) !== most) continue
      const idle = this.#idleOf(own)
      if (idle) return idle
      busy ??= own.values().next().value
    }
    return weightOf(newcomer) < most ? busy : undefined
  }

  #idleOf(own: Set<Holder>): Holder | undefined {
    for (const holder of own) if (this.#rules.isIdle(holder)) return holder
    return undefined
  }

  #isShared(name: string): boolean {
    return this.#rules.isShared?.(name) ?? false
  }
}
