import type { GraphQLError } from 'graphql'
import { reject } from '../../ledger/rejection.ts'
import { rejectionError } from '../errors.ts'
import type { TaskWeight } from './fair-queue.ts'
import { jsonSize } from './json-size.ts'
import { turns, type Waiter } from './turns.ts'

/** What one execution has used so far: a request's, or that of one event of a subscription. Its resolvers share it. */
export class Work implements Waiter {
  readonly waiting: (() => void)[] = []
  readonly #maxBytes: number
  /** Cost of the operation, once its variables are known. */
  cost = 0
  /** Whether it has its turns with what takes long. */
  weight: TaskWeight = 'light'
  /** Pays for the next event of a subscription: resolves when there is enough, with false if the signal aborts before. */
  pay: (signal: AbortSignal) => Promise<boolean> | boolean = () => true
  /** Bytes of the answer as JSON, estimated where it is small; 0 until it is made. */
  answerBytes = 0
  /** Takes from the client's bucket what the operation turned out to cost beside `cost`. */
  charge: (more: number) => void = () => {}
  #bytes = 0
  #stopped: GraphQLError | undefined
  #isTooLarge = false

  /** @param maxBytes the most that the result may have as JSON */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** About how many bytes the values so far have as JSON, without names and punctuation. */
  get bytes(): number {
    return this.#bytes
  }

  get maxBytes(): number {
    return this.#maxBytes
  }

  /** Why the execution was stopped; undefined while it may go on. */
  get stopped(): GraphQLError | undefined {
    return this.#stopped
  }

  /** Makes every further resolver throw, which ends the execution early. The first reason counts. */
  stop(reason: GraphQLError): void {
    this.#stopped ??= reason
  }

  /** @throws GraphQLError if the execution was stopped */
  mustGoOn(): void {
    if (this.#stopped !== undefined) throw this.#stopped
  }

  /** Counts a value of the result. @throws GraphQLError RESPONSE_TOO_LARGE */
  add(value: unknown): void {
    this.#bytes += jsonSize(value, this.#maxBytes)
    if (this.#bytes > this.#maxBytes) this.#stopTooLarge()
    this.mustGoOn()
  }

  /** Counts the values of an execution that begins anew. That the last one was too large does not stop it. */
  restart(): void {
    this.#bytes = 0
    if (this.#isTooLarge) this.#stopped = undefined
    this.#isTooLarge = false
  }

  #stopTooLarge(): void {
    if (this.#stopped !== undefined) return
    this.#isTooLarge = true
    this.stop(tooLarge(this.#maxBytes))
  }

  /** True if the resolver that asks has to wait for its turn. */
  mustWait(): boolean {
    return turns.isOver(this.weight)
  }

  /** Resolves at this work's next turn. @throws GraphQLError if the execution was stopped meanwhile */
  async turn(): Promise<void> {
    await turns.next(this)
    this.mustGoOn()
  }

  /** Lets others have their turn if the slice is over: for loops over long lists. @throws GraphQLError if the execution was stopped */
  async pause(): Promise<void> {
    if (turns.isOverNow(this.weight)) await this.turn()
    else this.mustGoOn()
  }
}

/** The rejection of a result that is too large. */
export function tooLarge(max: number): GraphQLError {
  return rejectionError(reject('RESPONSE_TOO_LARGE', { max }))
}
