import type { Genesis } from './genesis.ts'
import { type Rejection, reject } from './rejection.ts'
import type { Rules } from './rules.ts'

/** Maps eras to times: era e begins at T0 + e * L. All times are milliseconds since 1970 UTC. PROTOCOL.md, "Eras". */
export interface EraClock {
  /** T0, when era 0 begins. */
  startTimeMs: number
  /** L, the length of an era. */
  eraMs: number
}

/** The clock of a chain. */
export function eraClockOf({ startTime, eraMs }: Pick<Genesis, 'startTime' | 'eraMs'>): EraClock {
  return { startTimeMs: startTime, eraMs }
}

/** The time at which an era begins, which is the timestamp of its block. */
export function timeOfEra({ startTimeMs, eraMs }: EraClock, era: number): number {
  return startTimeMs + era * eraMs
}

/** The era at a time; 0 before T0. */
export function eraAt({ startTimeMs, eraMs }: EraClock, nowMs: number): number {
  return Math.max(0, Math.floor((nowMs - startTimeMs) / eraMs))
}

/** The first era that begins at a time or after it; 0 before T0. */
export function eraFrom({ startTimeMs, eraMs }: EraClock, ms: number): number {
  return Math.max(0, Math.ceil((ms - startTimeMs) / eraMs))
}

type EraRules = Pick<Rules, 'delay' | 'ttl'>

/**
 * Checks that an action with this era may be submitted while the node's own era is `now`: now + delay <= era <= now + delay + ttl.
 * The delay gives the action time to reach every pool before a block may contain it. PROTOCOL.md, "Eras".
 */
export function checkSubmissionEra(era: number, now: number, { delay, ttl }: EraRules): Rejection | null {
  const earliest = now + delay
  const latest = earliest + ttl
  if (era < earliest) return reject('ERA_TOO_SOON', { era, earliest })
  if (era > latest) return reject('ERA_TOO_FAR', { era, latest })
  return null
}

/** Checks that a block of `blockEra` may contain an action with this era: era <= blockEra < era + ttl. PROTOCOL.md, "Eras". */
export function checkBlockEra(era: number, blockEra: number, { ttl }: EraRules): Rejection | null {
  if (era > blockEra) return reject('ERA_TOO_SOON', { era, blockEra })
  if (blockEra >= era + ttl) return reject('ERA_EXPIRED', { era, blockEra, ttl })
  return null
}
