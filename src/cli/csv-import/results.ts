/** What became of each row of the file, by its number. */
export class Results {
  /** The hash of an applied row's own action (64 hex digits), or the code of a rejection; nothing for a row that has no result yet. */
  readonly #of: string[] = []
  #size = 0

  /** Rows that have a result. */
  get size(): number {
    return this.#size
  }

  applied(row: number, hash: string): void {
    this.#set(row, hash)
  }

  rejected(row: number, code: string): void {
    this.#set(row, code)
  }

  #set(row: number, result: string): void {
    if (this.#of[row - 1] === undefined) this.#size++
    this.#of[row - 1] = result
  }

  /** How many rows were rejected, by code. */
  get rejections(): Map<string, number> {
    const counts = new Map<string, number>()
    for (const result of this.#of)
      if (result !== undefined && !isHash(result)) counts.set(result, (counts.get(result) ?? 0) + 1)
    return counts
  }

  /** A CSV with one line per row of the file that has a result, in order: row, status, code, hash. */
  *lines(): Generator<string> {
    yield 'row,status,code,hash'
    for (const [i, result] of this.#of.entries()) {
      if (result === undefined) continue
      yield isHash(result) ? `${i + 1},applied,,${result}` : `${i + 1},rejected,${result},`
    }
  }
}

const isHash = (result: string) => result.length === 64
