/** First in, first out, in amortized constant time. */
export class Queue<T> {
  #items: T[]
  #head = 0

  constructor(items: Iterable<T> = []) {
    this.#items = [...items]
  }

  push(item: T): void {
    this.#items.push(item)
  }

  shift(): T | undefined {
    const first = this.#items[this.#head]
    if (first === undefined) return undefined
    this.#head += 1
    if (this.#head > 64 && 2 * this.#head > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return first
  }
}
