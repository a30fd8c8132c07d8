/** An item, with the cost that it had when it was queued. */
interface Queued<T> {
  item: T
  cost: number
}

/**
 * Finds the item with the highest cost among items whose costs change, in logarithmic time. A binary heap that is cleaned up late: each change adds
 * an entry, and entries with an outdated cost are removed when they reach the top, or all at once when they are the majority.
 */
export class HeaviestFirst<T extends { cost: number }> {
  #heap: Queued<T>[] = []
  readonly #current = new Map<T, number>()

  /** Must be called after each change of an item's cost. Cost 0 removes the item. */
  changed(item: T): void {
    const { cost } = item
    if (cost === 0) this.#current.delete(item)
    else {
      this.#current.set(item, cost)
      this.#push({ item, cost })
    }
    if (this.#heap.length > 2 * this.#current.size + 16) this.#rebuild()
  }

  /** The item with the highest cost; undefined if there is none. */
  peek(): T | undefined {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      if (this.#current.get(top.item) === top.cost) return top.item
      this.#pop()
    }
    return undefined
  }

  #rebuild(): void {
    this.#heap = []
    for (const [item, cost] of this.#current) this.#push({ item, cost })
  }

  #push(entry: Queued<T>): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(entry)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (heap[parent]!.cost >= entry.cost) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = entry
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && heap[child + 1]!.cost > heap[child]!.cost) child += 1
      if (heap[child]!.cost <= last.cost) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = last
  }
}
