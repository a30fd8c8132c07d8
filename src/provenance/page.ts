import type { Range } from './paths.ts'
import type { TraceIndex } from './record-index.ts'
import { comparePoints, type TraceStep, type Walk } from './sections.ts'
import type { Holder, Hop, Origin, TraceResult } from './types.ts'

/** Collects one page of a walk. */
export class Page {
  readonly hops: Hop[] = []
  readonly #origins: Origin[] = []
  readonly #held: Range[] = []
  /** Ranges that are held and came after the last hop. If there is another hop, they belong to its page. */
  #heldAfter: { section: number | null; range: Range }[] = []
  /** Section of the last hop. */
  #section: number | null = null
  readonly #first: number

  constructor(first = Number.POSITIVE_INFINITY) {
    this.#first = first
  }

  /** Adds a step. @returns false if it is a hop of the next page; the page is then complete */
  add(step: TraceStep): boolean {
    if (step.step === 'held') {
      this.#heldAfter.push(step)
      return true
    }
    if (this.hops.length >= this.#first) return false
    for (const { range } of this.#heldAfter) this.#held.push(range)
    this.#heldAfter = []
    this.hops.push(step.hop)
    if (step.origin !== undefined) this.#origins.push(step.origin)
    this.#section = step.section
    return true
  }

  /**
   * Ends the page.
   * @param more whether the walk goes on after it; there must be a hop then
   */
  finish({ waiting, truncated }: Walk, more: boolean): FinishedPage {
    const { hops } = this
    const section = this.#section
    const last = more ? hops.at(-1)! : undefined
    const held = [...this.#held]
    for (const after of this.#heldAfter) {
      const isOnPage =
        last === undefined || (after.section === section && comparePoints(after.range, last) <= 0)
      if (isOnPage) held.push(after.range)
    }
    const end = last && { section, unit: last.unit, depth: last.depth, waiting: [...waiting], truncated }
    return { hops, origins: this.#origins, held, truncated, end }
  }
}

/** A page without the names of its holders. */
export interface FinishedPage extends Omit<TraceResult, 'holders'> {
  held: Range[]
}

/** Names the holders of a page. The index must know the owners of the holdings. */
export function withHolders(index: TraceIndex, { held, ...page }: FinishedPage): TraceResult {
  return { ...page, holders: holdersOf(index, held) }
}

/** The holders of these ranges, one entry per holding. */
function holdersOf(index: TraceIndex, held: readonly Range[]): Holder[] {
  const holders = new Map<number, Holder>()
  for (const { holding, lo, hi } of held) {
    const known = holders.get(holding)
    if (known !== undefined) known.length += hi - lo
    else {
      const { account, assetId } = index.owner(holding)
      holders.set(holding, { account, holding, assetId, length: hi - lo })
    }
  }
  return [...holders.values()]
}
