import type { DocumentNode, ExecutionArgs, ExecutionResult } from 'graphql'
import { BoundedCache } from '../../storage/bounded-cache.ts'
import { isSettled } from '../plugins/settled.ts'
import type { ApiContext } from '../request/context.ts'

/** Bytes of all answers that are kept. */
export const MAX_SETTLED_BYTES = 64 * 1024 * 1024
/** What an answer takes for each character of its JSON, as text and as objects, rounded up. */
const CHARACTER_BYTES = 5
/** What an entry takes beside its answer and its key. */
const ENTRY_BYTES = 512

/** An answer that cannot change, with its JSON. */
interface Settled {
  data: Record<string, unknown>
  /** The height that it was read as of: it holds there and above. */
  height: number
}

type Args = ExecutionArgs & { contextValue: ApiContext }

/**
 * Keeps the answers of operations that are settled by the values of their arguments: all that they ask for is of final blocks that they name, and
 * cannot change. An answer is kept as the objects that every plugin and transport reads, and its JSON with it.
 */
export class SettledAnswers {
  readonly #answers = new BoundedCache<string, Settled>(MAX_SETTLED_BYTES)
  /** The JSON of the kept objects. */
  readonly #texts = new WeakMap<object, string>()
  readonly #documents = new WeakMap<DocumentNode, number>()
  #count = 0

  /** What the kept answers take, estimated; at most MAX_SETTLED_BYTES. */
  get bytes(): number {
    return this.#answers.size
  }

  /** The kept answer, or that of `execute`, which is kept if it is settled. */
  answer(
    args: Args,
    execute: () => ExecutionResult | Promise<ExecutionResult>,
  ): ExecutionResult | Promise<ExecutionResult> {
    if (!isSettled(args)) return execute()
    const key = this.#keyOf(args)
    const known = this.#answers.get(key)
    if (known === undefined) return Promise.resolve(execute()).then((result) => this.#keep(key, args, result))
    const { snapshot, services } = args.contextValue
    snapshot.settleAt(Math.max(known.height, services.heights.current))
    return this.#resultOf(known.data)
  }

  #keyOf({ document, operationName, variableValues }: Args): string {
    const number = this.#documents.get(document) ?? ++this.#count
    this.#documents.set(document, number)
    return JSON.stringify([number, operationName ?? '', variableValues ?? {}])
  }

  async #keep(key: string, { contextValue }: Args, result: ExecutionResult): Promise<ExecutionResult> {
    const { data, errors } = result
    if (errors || !data || Object.values(data).includes(null)) return result
    const text = JSON.stringify(data)
    const height = await contextValue.snapshot.height()
    this.#texts.set(data, text)
    this.#answers.set(key, { data, height }, text.length * CHARACTER_BYTES + key.length * 2 + ENTRY_BYTES)
    return this.#resultOf(data)
  }

  /** A result that Yoga writes with the JSON of its data, whatever plugins add to it. */
  #resultOf(data: Record<string, unknown>): ExecutionResult {
    const stringify = ({ data: shown, ...rest }: ExecutionResult): string => {
      const text = (shown && this.#texts.get(shown)) ?? JSON.stringify(shown)
      const others = JSON.stringify(rest, (name, value) => (name === 'stringify' ? undefined : value))
      return others === '{}' ? `{"data":${text}}` : `{"data":${text},${others.slice(1)}`
    }
    return { data, stringify } as ExecutionResult
  }
}
