import type { DocumentNode, ExecutionArgs, ExecutionResult } from 'graphql'
import { BoundedCache } from '../../storage/bounded-cache.ts'
import { isHeavyDocument } from '../budget/weigh.ts'
import { isOfHeight, isSettled } from '../plugins/settled.ts'
import type { ApiContext } from '../request/context.ts'

/** Bytes of all answers that are kept for ever. */
export const MAX_SETTLED_BYTES = 64 * 1024 * 1024
/** Bytes of all answers that are kept until the next block. */
export const MAX_HEIGHT_BYTES = 32 * 1024 * 1024
/** A character that makes V8 take two bytes for each character of a text, where it takes one otherwise. */
const WIDE_CHARACTER = /[^\0-\xff]/
/** Characters of an answer whose JSON is made at once. Larger ones are written piece by piece, and are not kept. */
const MAX_KEPT_CHARACTERS = 256 * 1024
/** The most that an entry takes beside the characters of its answer and of its key. */
const ENTRY_BYTES = 512

/** Where a kept answer is. */
export interface KeptPlace {
  key: string
  /** True if it is kept for ever. */
  isSettled: boolean
}

/** The data of an answer that holds at its height, or there and above. Only its JSON is kept: objects would take many times as much. */
export class Kept {
  readonly place: KeptPlace
  readonly text: string
  readonly height: number

  constructor(place: KeptPlace, text: string, height: number) {
    this.place = place
    this.text = text
    this.height = height
  }

  /** For what writes JSON itself, such as a WebSocket. */
  toJSON(): unknown {
    return JSON.parse(this.text)
  }
}

/** JSON reads 1e999 as an infinite number, and would write it as null. No variable may be either of these objects. */
const distinct = (_name: string, value: unknown) =>
  value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY ? { infinite: value > 0 } : value

type Args = ExecutionArgs & { contextValue: ApiContext }
type Result = ExecutionResult | Promise<ExecutionResult>

/**
 * Keeps answers while they hold. One that is settled by the values of its arguments is kept for ever: all that it asks for is of final blocks that
 * they name, and cannot change. One that only a block can change is kept until the next block.
 */
export class KeptAnswers {
  readonly #settled = new BoundedCache<string, Kept>(MAX_SETTLED_BYTES)
  /** Those as of the newest height that was asked for. */
  #newest = new BoundedCache<string, Kept>(MAX_HEIGHT_BYTES)
  #height = -1
  readonly #documents = new WeakMap<DocumentNode, number>()
  #count = 0

  /** What the kept answers take at most; never above MAX_SETTLED_BYTES and MAX_HEIGHT_BYTES. */
  get bytes(): { settled: number; newest: number } {
    return { settled: this.#settled.size, newest: this.#newest.size }
  }

  /** An answer that is still kept. One that is not settled holds at its height alone. */
  at({ key, isSettled }: KeptPlace): Kept | undefined {
    return (isSettled ? this.#settled : this.#newest).get(key)
  }

  /** The kept answer, or that of `execute`, which is kept if it holds. */
  answer(args: Args, execute: () => Result): Result {
    if (isSettled(args)) return this.#answerSettled(args, execute)
    return isOfHeight(args) ? this.#answerOfHeight(args, execute) : execute()
  }

  #answerSettled(args: Args, execute: () => Result): Result {
    const key = this.#keyOf(args)
    const known = this.#settled.get(key)
    if (known === undefined)
      return settledResult(args.contextValue, execute).then((result) =>
        this.#keep(this.#settled, { key, isSettled: true }, args, result),
      )
    const { snapshot, services } = args.contextValue
    snapshot.settleAt(Math.max(known.height, services.heights.current))
    return resultOf(known, known.text)
  }

  async #answerOfHeight(args: Args, execute: () => Result): Promise<ExecutionResult> {
    const { snapshot, work } = args.contextValue
    const key = this.#keyOf(args)
    const mayAssume = work.weight === 'light' && this.#newest.get(key) === undefined
    const assumed = mayAssume ? await assumedResult(args.contextValue, execute) : undefined
    let height: number
    try {
      height = await snapshot.height()
    } catch {
      return execute() // which says why there is no height
    }
    const answers = this.#answersOf(height)
    const known = assumed === undefined ? answers?.get(key) : undefined
    if (known !== undefined) return resultOf(known, known.text)
    const result = assumed ?? (await execute())
    return answers === undefined ? result : this.#keep(answers, { key, isSettled: false }, args, result)
  }

  /** The answers as of a height; undefined if a newer one was asked for. */
  #answersOf(height: number): BoundedCache<string, Kept> | undefined {
    if (height > this.#height) {
      this.#height = height
      this.#newest = new BoundedCache(MAX_HEIGHT_BYTES)
    }
    return height === this.#height ? this.#newest : undefined
  }

  #keyOf({ document, operationName, variableValues }: Args): string {
    const number = this.#documents.get(document) ?? ++this.#count
    this.#documents.set(document, number)
    const parts = [number, operationName ?? '', variableValues ?? {}]
    const key = JSON.stringify(parts)
    return key.includes('null') ? JSON.stringify(parts, distinct) : key
  }

  async #keep(
    answers: BoundedCache<string, Kept>,
    place: KeptPlace,
    { contextValue, document }: Args,
    result: ExecutionResult,
  ): Promise<ExecutionResult> {
    const { data } = result
    // What is null may be there before the next block: a block that is not final yet, or what only the node knows.
    if (!data || !isWhole(result)) return result
    // Its JSON is made at once, and names that are long are not in the count.
    if (contextValue.work.bytes > MAX_KEPT_CHARACTERS || isHeavyDocument(document)) return result
    const { height, onlyOfHeight } = await contextValue.snapshot.loaders()
    if (!onlyOfHeight) return result
    const text = JSON.stringify(data)
    if (text.length <= MAX_KEPT_CHARACTERS)
      answers.set(place.key, new Kept(place, text, height), bytesOf(text) + bytesOf(place.key) + ENTRY_BYTES)
    return resultOf(data, text)
  }
}

/** What V8 takes for the characters of a text. */
const bytesOf = (text: string): number => text.length * (WIDE_CHARACTER.test(text) ? 2 : 1)

/** A result that is written with the JSON of its data, whatever plugins add to it. */
function resultOf(data: object, text: string): ExecutionResult {
  const stringify = ({ data: shown, ...rest }: ExecutionResult): string => {
    const others = JSON.stringify(rest) // without this function, as of all functions
    const whole = shown === data ? text : JSON.stringify(shown)
    return others === '{}' ? `{"data":${whole}}` : `{"data":${whole},${others.slice(1)}`
  }
  return { data, stringify } as unknown as ExecutionResult
}

/**
 * A settled answer, as of the newest block that is known. Only if a part of it is missing, which a newer block may have, the newest block is read,
 * and the answer found anew if there is a newer one.
 */
async function settledResult(
  { snapshot, work }: ApiContext,
  execute: () => Result,
): Promise<ExecutionResult> {
  const assumed = snapshot.assumeNewest()
  const result = await execute()
  if (assumed === undefined || isWhole(result) || work.stopped !== undefined) return result
  const renew = await snapshot.newer(assumed)
  if (renew === undefined) return result
  renew()
  work.restart()
  return execute()
}

/**
 * An answer as of the newest block that is known, found while the newest one is read. Undefined if that is a newer one, or is not known: the
 * answer has to be found as of what the snapshot says then.
 */
async function assumedResult(
  { snapshot, work, services }: ApiContext,
  execute: () => Result,
): Promise<ExecutionResult | undefined> {
  const assumed = snapshot.assumeNewest()
  if (assumed === undefined) return undefined
  const [result, renew] = await Promise.all([services.tips.gathered().then(execute), snapshot.newer(assumed)])
  if (renew === undefined) return result
  renew()
  work.restart()
  return undefined
}

const isWhole = ({ data, errors }: ExecutionResult): boolean =>
  errors === undefined && data != null && !Object.values(data).includes(null)
