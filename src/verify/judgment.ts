import { counted } from '../codec/counted.ts'

/** `partly`: of some of what is shown. `unknown`: what is checked does not say. */
export type Verdict = 'yes' | 'no' | 'partly' | 'unknown'

/** A verdict with its reason in words. */
export interface Judgment {
  verdict: Verdict
  reason: string
}

/** How old what is checked may be. */
export interface Age {
  /** The time that the age is counted from, in milliseconds since 1970. */
  nowMs: number
  /** Largest age that is fresh; by default the verdict is unknown. */
  maxAgeMs?: number
}

/** Whether a header is young enough. @param timeMs its time, in milliseconds since 1970, at most MAX_TIME_MS */
export function judgeAge(timeMs: number, { nowMs, maxAgeMs }: Age): Judgment {
  const age = Math.round((nowMs - timeMs) / 1_000)
  const reason = `its header is of ${new Date(timeMs).toISOString()}, ${counted(age, 'second')} ago`
  if (maxAgeMs === undefined) return { verdict: 'unknown', reason: `${reason}; no largest age was given` }
  return { verdict: nowMs - timeMs <= maxAgeMs ? 'yes' : 'no', reason }
}
