import { eraAt, timeOfEra } from '../ledger/era.ts'
import type { Replica } from './replica.ts'

/**
 * What a validator takes for the time: its own clock, but no more than `skewMs` ahead of the median of the other validators' clocks. So a clock that runs
 * ahead does not take the chain along. PROTOCOL.md, "Notarize".
 */

type Clocked = Pick<Replica, 'config' | 'clockOffsetMs'>

/** By how many milliseconds the own clock is too far ahead. */
function tooFarMs({ config, clockOffsetMs }: Clocked): number {
  return Math.max(0, -clockOffsetMs - config.skewMs)
}

/** When an era is due, by the own clock: milliseconds since 1970. */
export function dueMs(replica: Clocked, era: number): number {
  return timeOfEra(replica.config, era) + tooFarMs(replica)
}

/** The era of a time by the own clock. */
export function currentEra(replica: Clocked, nowMs: number): number {
  return eraAt(replica.config, nowMs - tooFarMs(replica))
}
