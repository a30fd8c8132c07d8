import type { HeightFeed } from './height-feed.ts'

/** Heights that became final: all above `above`, up to and with `upTo`. */
export interface HeightRange {
  above: number
  upTo: number
}

/** What a subscription field yields: a value and the block it is as of. */
export interface LiveEvent<T> {
  height: number
  value: T
}

/**
 * Every height above `start` once, in ranges: first those that are final already, then each as it comes. Reading exactly
 * these ranges from storage is both the replay and the live stream, so there is no seam between the two.
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
 * Runs a generator so that `return()` ends it at once, also while it waits: a plain async generator would only
 * notice at its next value, which may never come.
 */
export function cancellable<T>(
  run: (signal: AbortSignal) => AsyncGenerator<T>,
  onEnd: () => void = () => {},
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
  return {
    async next() {
      try {
        const result = await source.next()
        if (result.done) end()
        return result
      } catch (error) {
        end()
        throw error
      }
    },
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
