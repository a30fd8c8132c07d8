import type { Genesis } from './genesis.ts'
import { type Rejection, reject } from './rejection.ts'
import type { Rules } from './rules.ts'

/** When eras are: era e is due at T0 + e * L. All times are in milliseconds since 1970, UTC. PROTOCOL.md, "Eras". */
export interface EraClock {
  /** T0. */
  startTimeMs: number
  /** L. */
  eraMs: number
}

/** The clock of a chain. */
export function eraClockOf({ startTime, eraMs }: Pick<Genesis, 'startTime' | 'eraMs'>): EraClock {
  return { startTimeMs: startTime, eraMs }
}

/** When an era is due, in milliseconds: the timestamp of its blocks. */
export function timeOfEra({ startTimeMs, eraMs }: EraClock, era: number): number {
  return startTimeMs + era * eraMs
}

/** The era of a moment; 0 before T0. */
export function eraAt({ startTimeMs, eraMs }: EraClock, nowMs: number): number {
  return Math.max(0, Math.floor((nowMs - startTimeMs) / eraMs))
}

type EraRules = Pick<Rules, 'delay' | 'ttl'>

/**
 * May an action that names `era` be submitted while the node's own era is `now`? Needs now + delay <= era <=
 * now + delay + ttl: the delay lets every pool hear of it first. PROTOCOL.md, "Eras".
 */
export function checkSubmissionEra(era: number, now: number, { delay, ttl }: EraRules): Rejection | null {
  const earliest = now + delay
  const latest = earliest + ttl
  if (era < earliest) return reject('ERA_TOO_SOON', { era, earliest })
  if (era > latest) return reject('ERA_TOO_FAR', { era, latest })
  return null
}

/** May an action that names `era` enter a block of `blockEra`? Needs era <= blockEra < era + ttl. */
export function checkBlockEra(era: number, blockEra: number, { ttl }: EraRules): Rejection | null {
  if (era > blockEra) return reject('ERA_TOO_SOON', { era, blockEra })
  if (blockEra >= era + ttl) return reject('ERA_EXPIRED', { era, blockEra, ttl })
  return null
}
