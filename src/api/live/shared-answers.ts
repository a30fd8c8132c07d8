import type { ExecutionResult } from 'graphql'

/** Answers that are kept. */
export const MAX_ANSWERS = 8_192
/** Characters of the answers that are kept, of all together. */
export const MAX_ANSWER_CHARACTERS = 16 * 1024 * 1024

/** An answer with its text, which Yoga sends instead of serializing the answer again. */
interface SharedAnswer extends ExecutionResult {
  stringify(answer: ExecutionResult): string
}

/** An answer that may be large has its text already. */
const textOf = (made: ExecutionResult & Partial<SharedAnswer>) =>
  made.stringify?.(made) ?? JSON.stringify(made)

/**
 * Makes the answer to an event once for all subscribers that would get the same one, and serializes it once. An answer is kept for `keepMs`
 * after it was made, so what a block does not fix (proofs, the pool) may be as old as that. Answers with errors are not kept.
 */
export class SharedAnswers {
  readonly #keepMs: number
  readonly #now: () => number
  readonly #kept = new Map<string, { answer: Promise<ExecutionResult>; madeAt: number; characters: number }>()
  #characters = 0

  constructor(keepMs: number, now: () => number) {
    this.#keepMs = keepMs
    this.#now = now
  }

  /** Number of answers and of their characters that are kept. */
  get size(): { answers: number; characters: number } {
    return { answers: this.#kept.size, characters: this.#characters }
  }

  /** The answer under a name, made if none is kept. */
  get(name: string, make: () => Promise<ExecutionResult>): Promise<ExecutionResult> {
    const known = this.#kept.get(name)
    if (known && this.#now() - known.madeAt <= this.#keepMs) return known.answer
    this.#drop(name)
    const answer: Promise<ExecutionResult> = make().then((made) => this.#serialize(name, answer, made))
    this.#kept.set(name, { answer, madeAt: this.#now(), characters: 0 })
    answer.catch(() => this.#drop(name, answer))
    this.#shrink()
    return answer
  }

  #serialize(name: string, promise: Promise<ExecutionResult>, made: ExecutionResult): ExecutionResult {
    if (made.errors) {
      this.#drop(name, promise)
      return made
    }
    const text = textOf(made)
    const kept = this.#kept.get(name)
    if (kept?.answer === promise) {
      kept.characters = text.length
      this.#characters += text.length
      this.#shrink()
    }
    const { data, extensions } = made
    const stringify = (answer: ExecutionResult) =>
      answer.data === data && answer.extensions === extensions ? text : JSON.stringify(answer)
    return { ...made, stringify } as SharedAnswer
  }

  /** Drops the answers that were made first. */
  #shrink(): void {
    for (const name of this.#kept.keys()) {
      if (this.#kept.size <= MAX_ANSWERS && this.#characters <= MAX_ANSWER_CHARACTERS) return
      this.#drop(name)
    }
  }

  #drop(name: string, only?: Promise<ExecutionResult>): void {
    const kept = this.#kept.get(name)
    if (kept === undefined || (only !== undefined && kept.answer !== only)) return
    this.#characters -= kept.characters
    this.#kept.delete(name)
  }
}
