import { createHash } from 'node:crypto'
import type { Row } from './rows.ts'

/**
 * Names the rows of a file by what is in them, so that a row keeps its name when others are mended, added or taken out. Of equal rows, the first, the
 * second and so on have names of their own.
 */
export class RowKeys {
  readonly #isNobody: (name: string) => boolean
  /** How often each content was met in this pass. */
  readonly #seen = new Map<string, number>()
  /** The contents that several rows have, once a pass has shown it: of others nothing has to be remembered any more. */
  #repeated: Set<string> | undefined

  constructor(isNobody: (name: string) => boolean) {
    this.#isNobody = isNobody
  }

  /** The key of the file's next row: 22 characters. */
  next({ from, to, amount, memo, time }: Row, code: string): string {
    const party = (name: string) => (this.#isNobody(name) ? null : name)
    const content = [code, party(from), party(to), amount, memo ?? null, time ?? null]
    const digest = digestOf(content)
    if (this.#repeated?.has(digest) === false) return digest
    const nth = this.#seen.get(digest) ?? 0
    this.#seen.set(digest, nth + 1)
    return nth === 0 ? digest : digestOf([...content, nth])
  }

  /** Whether no pass has ended yet. The first one must ask for the keys of all rows, so that later ones may leave some out. */
  get isFirstPass(): boolean {
    return this.#repeated === undefined
  }

  /** Ends a pass; the next one is over the same rows. */
  endPass(): void {
    if (this.#repeated === undefined) {
      this.#repeated = new Set()
      for (const [digest, times] of this.#seen) if (times > 1) this.#repeated.add(digest)
    }
    this.#seen.clear()
  }
}

/** 128 bits of SHA-256: no two contents of a chain have the same. */
function digestOf(content: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(content)).digest().toString('base64url', 0, 16)
}
