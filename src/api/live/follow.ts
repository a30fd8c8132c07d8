import type { HeightFeed } from './height-feed.ts'

/** Heights that became final: all above `above`, up to and including `upTo`. */
export interface HeightRange {
  above: number
  upTo: number
}

/** Events that a subscription makes at a time, of those that it knows at once. */
export const MAX_EVENTS = 16

/** An event of a subscription: a value, and the block that it is as of. */
export interface LiveEvent<T> {
  height: number
  value: T
  /** Events of one field with equal names are equal, whoever subscribed. An event without a name is answered for its subscriber alone. */
  name?: string
  /**
   * The `after` with which a client that has seen this event continues; undefined if it must start anew. It stands in the answer wherever the value
   * has ANY_CURSOR.
   */
  after?: string | undefined
}

/** Makes a generator of a subscription's events, at most MAX_EVENTS at a time, that ends when the signal aborts. */
export type Live<T> = (signal: AbortSignal) => AsyncGenerator<readonly LiveEvent<T>[]>

/** The events of a list, MAX_EVENTS at a time: further ones are made when they are asked for. */
export function* inParts<I, T>(
  items: readonly I[],
  eventOf: (item: I) => LiveEvent<T>,
): Generator<readonly LiveEvent<T>[]> {
  for (let i = 0; i < items.length; i += MAX_EVENTS) yield items.slice(i, i + MAX_EVENTS).map(eventOf)
}

/**
 * Yields every height above `start` once, in ranges: first those that are already final, then new ones as they arrive. Replay and live stream
 * are the same reads of these ranges from storage, so nothing can be lost or repeated between the two.
 */
export async function* heightRanges(
  feed: HeightFeed,
  start: number,
  signal: AbortSignal,
): AsyncGenerator<HeightRange> {
  let above = start
  for (;;) {
    const upTo = await feed.above(above, signal)
    if (upTo === undefined) return
    yield { above, upTo }
    above = upTo
  }
}

/**
 * Runs a generator so that `return()` ends it at once, even while it waits. A plain async generator would notice only at its next value, which
 * may never come.
 * @param map what becomes of each value
 */
export function cancellable<T>(
  run: (signal: AbortSignal) => AsyncGenerator<T>,
  onEnd: () => void = () => {},
  map: (value: T) => T = (value) => value,
): AsyncIterableIterator<T> {
  const abort = new AbortController()
  const source = run(abort.signal)
  let ended = false
  const end = () => {
    if (ended) return
    ended = true
    abort.abort()
    onEnd()
  }
  const found = (result: IteratorResult<T>): IteratorResult<T> => {
    if (!result.done) return { done: false, value: map(result.value) }
    end()
    return result
  }
  const failed = (error: unknown) => {
    end()
    throw error
  }
  return {
    next: () => source.next().then(found, failed),
    async return() {
      end()
      await source.return(undefined)
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
