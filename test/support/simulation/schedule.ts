interface Item {
  atMs: number
  order: number
  run(): void
}

/** Virtual time: a heap of planned calls. Calls planned for the same time run in the order of planning. */
export class Schedule {
  nowMs = 0
  readonly #heap: Item[] = []
  #order = 0

  /** Plans a call in `delayMs` from now. */
  after(delayMs: number, run: () => void): void {
    const heap = this.#heap
    heap.push({ atMs: this.nowMs + delayMs, order: this.#order++, run })
    for (let child = heap.length - 1; child > 0; ) {
      const parent = (child - 1) >> 1
      if (!isBefore(heap[child]!, heap[parent]!)) break
      swap(heap, child, parent)
      child = parent
    }
  }

  /** Runs all calls planned up to a time. */
  runUntil(untilMs: number): void {
    while (this.next(untilMs));
  }

  /** Runs the next call that is planned up to a time. @returns false, with the time set to `untilMs`, if there is none */
  next(untilMs: number): boolean {
    if (this.#heap.length === 0 || this.#heap[0]!.atMs > untilMs) {
      this.nowMs = untilMs
      return false
    }
    const next = this.#pop()
    this.nowMs = next.atMs
    next.run()
    return true
  }

  #pop(): Item {
    const heap = this.#heap
    swap(heap, 0, heap.length - 1)
    const first = heap.pop()!
    for (let parent = 0; ; ) {
      const [left, right] = [2 * parent + 1, 2 * parent + 2]
      let least = parent
      if (left < heap.length && isBefore(heap[left]!, heap[least]!)) least = left
      if (right < heap.length && isBefore(heap[right]!, heap[least]!)) least = right
      if (least === parent) return first
      swap(heap, parent, least)
      parent = least
    }
  }
}

function isBefore(a: Item, b: Item): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
}

function swap(heap: Item[], i: number, j: number): void {
  const item = heap[i]!
  heap[i] = heap[j]!
  heap[j] = item
}
