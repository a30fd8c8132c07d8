import { randomBytes } from 'node:crypto'

/** A planned call, as the clock that planned it knows it. */
export type Timer = object

/**
 * Time and chance for the parts of a node. They are handed in, so that a simulation can run the same parts in virtual time, and decide from a seed what
 * they draw.
 */
export interface Clock {
  /** Milliseconds since 1970. The system's time may be set, and so jump. */
  now(): number
  /** Milliseconds of a clock that never jumps. */
  elapsed(): number
  /** Calls once, in `ms` milliseconds. */
  after(ms: number, run: () => void): Timer
  /** Calls every `ms` milliseconds. */
  every(ms: number, run: () => void): Timer
  /** Calls once what has arrived already is handled. */
  soon(run: () => void): void
  /** Ends a timer of `after` or `every`; does nothing if it is undefined or over. */
  cancel(timer: Timer | undefined): void
  /** A number in [0, 1). */
  random(): number
  randomBytes(length: number): Uint8Array
}

/** The system's time and randomness. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after: (ms, run) => setTimeout(run, ms),
  every: (ms, run) => setInterval(run, ms),
  soon: (run) => void setImmediate(run),
  cancel: (timer) => clearTimeout(timer as NodeJS.Timeout | undefined),
  random: () => Math.random(),
  randomBytes: (length) => new Uint8Array(randomBytes(length)),
}
