import type { ExecutionResult } from 'graphql'
import type { SharedAnswer } from './event-answer.ts'

/** Answers that are kept. */
export const MAX_ANSWERS = 8_192
/** Characters of the answers that are kept, of all together. */
export const MAX_ANSWER_CHARACTERS = 16 * 1024 * 1024
/** What is left of either when one is exceeded: going through a map from its oldest entry takes time for each that was deleted. */
const LEFT = 7 / 8

/** An answer, or one that has errors and is not shared. */
export type Made = SharedAnswer | (ExecutionResult & { errors: NonNullable<ExecutionResult['errors']> })

interface Kept {
  answer: Made | Promise<Made>
  madeAt: number
  /** 0 until it is made. */
  characters: number
}

/**
 * Makes the answer to an event once for all subscribers that would get the same one. An answer is kept for `keepMs` after it was made, so what a
 * block does not fix (proofs, the pool) may be as old as that. Answers with errors are not kept.
 */
export class SharedAnswers {
  readonly #keepMs: number
  readonly #now: () => number
  readonly #kept = new Map<string, Kept>()
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
  get(name: string, make: () => Made | Promise<Made>): Made | Promise<Made> {
    const now = this.#now()
    const known = this.#kept.get(name)
    if (known && now - known.madeAt <= this.#keepMs) return known.answer
    this.#drop(name)
    const answer = make()
    const kept: Kept = { answer, madeAt: now, characters: 0 }
    this.#kept.set(name, kept)
    this.#shrink()
    if (answer instanceof Promise)
      answer.then(
        (made) => this.#count(name, kept, made),
        () => this.#drop(name, kept),
      )
    else this.#count(name, kept, answer)
    return answer
  }

  /** Counts an answer that has been made. */
  #count(name: string, kept: Kept, made: Made): void {
    if (made.errors) this.#drop(name, kept)
    else if (this.#kept.get(name) === kept) {
      kept.characters = made.text.length
      this.#characters += made.text.length
      this.#shrink()
    }
  }

  /** Drops the answers that were made first, if there are too many. */
  #shrink(): void {
    if (this.#kept.size <= MAX_ANSWERS && this.#characters <= MAX_ANSWER_CHARACTERS) return
    for (const name of this.#kept.keys()) {
      if (this.#kept.size <= MAX_ANSWERS * LEFT && this.#characters <= MAX_ANSWER_CHARACTERS * LEFT) return
      this.#drop(name)
    }
  }

  #drop(name: string, only?: Kept): void {
    const kept = this.#kept.get(name)
    if (kept === undefined || (only !== undefined && kept !== only)) return
    this.#characters -= kept.characters
    this.#kept.delete(name)
  }
}
