/** A list that any member may leave, and that knows its latest member in amortized constant time. */
export class Latest<T extends object> {
  readonly #members = new Set<T>()
  /** In order of joining. May hold members that left already. */
  #joined: T[] = []

  get size(): number {
    return this.#members.size
  }

  add(member: T): void {
    this.#members.add(member)
    this.#joined.push(member)
  }

  delete(member: T): void {
    this.#members.delete(member)
    if (this.#joined.length > 2 * this.#members.size + 16) this.#joined = [...this.#members]
  }

  /** The member that joined last; undefined if there is none. */
  get last(): T | undefined {
    for (let last = this.#joined.at(-1); last !== undefined; last = this.#joined.at(-1)) {
      if (this.#members.has(last)) return last
      this.#joined.pop()
    }
    return undefined
  }
}
