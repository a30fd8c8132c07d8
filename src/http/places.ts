/** How many may hold a place, or, where holders have sizes, how much they may take. */
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
  /** What a holder takes, always the same; 1 by default. */
  sizeOf?(holder: Holder): number
  /** Tells a holder that it has lost its place. */
  evict(holder: Holder): void
}

/**
 * Gives a bounded number of places to names, fairly: whoever comes when none is left takes the place of another one. That is the one that has been idle for
 * longest, of the name that has the most, or of the newcomer's own name if this has as many as it may. Only of a name that has more than the newcomer's one is
 * a place taken that is not idle; if there is none, the newcomer gets no place. So whoever has fewer than others neither is kept out by them nor loses anything.
 * Where holders have sizes, whoever takes more has more, and a newcomer may take the places of several.
 */
export class Places<Holder extends object> {
  readonly #limits: PlaceLimits
  readonly #rules: PlaceRules<Holder>
  /** Names, and the holders of each, by when they were used last: the longest ago first. */
  readonly #byName = new Map<string, Set<Holder>>()
  readonly #names = new Map<Holder, string>()
  /** What the holders of each name take together. */
  readonly #taken = new Map<string, number>()
  #size = 0

  constructor(limits: PlaceLimits, rules: PlaceRules<Holder>) {
    this.#limits = limits
    this.#rules = rules
  }

  /** What is taken: the number of places, unless holders have sizes. */
  get size(): number {
    return this.#size
  }

  /** Takes a place for a newcomer. @returns false if it gets none */
  enter(holder: Holder, name: string): boolean {
    const own = this.#byName.get(name) ?? new Set<Holder>()
    this.#byName.set(name, own.add(holder))
    this.#names.set(holder, name)
    this.#count(name, this.#sizeOf(holder))
    for (;;) {
      const isTooMany = this.#takenBy(name) > this.#limits.ofOne && !this.#isShared(name)
      if (!isTooMany && this.#size <= this.#limits.inAll) return true
      const loser = (isTooMany ? this.#idleOf(own) : this.#loser(name)) ?? holder
      this.leave(loser)
      if (loser === holder) return false
      this.#rules.evict(loser)
    }
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
    this.#count(name, -this.#sizeOf(holder))
  }

  #count(name: string, change: number): void {
    const taken = this.#takenBy(name) + change
    if (this.#byName.has(name)) this.#taken.set(name, taken)
    else this.#taken.delete(name)
    this.#size += change
  }

  /** Who loses its place to a newcomer of a name; undefined if nobody does. */
  #loser(newcomer: string): Holder | undefined {
    const weightOf = (name: string) => (this.#isShared(name) ? 0 : this.#takenBy(name))
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

  #takenBy(name: string): number {
    return this.#taken.get(name) ?? 0
  }

  #sizeOf(holder: Holder): number {
    return this.#rules.sizeOf?.(holder) ?? 1
  }

  #isShared(name: string): boolean {
    return this.#rules.isShared?.(name) ?? false
  }
}
