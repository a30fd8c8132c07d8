import type { ReplicaConfig } from './types.ts'

/** A proposal whose era lies this far ahead is dropped: its leader's clock, or ours, is wrong. */
const FAR_ERAS = 2

/** When an era is due. */
export function timeOfEra({ startTimeMs, eraMs }: ReplicaConfig, era: number): number {
  return startTimeMs + era * eraMs
}

/** The era of a time; 0 before the start. */
export function eraAt({ startTimeMs, eraMs }: ReplicaConfig, nowMs: number): number {
  return Math.max(0, Math.floor((nowMs - startTimeMs) / eraMs))
}

/** True for an era that a leader with a right clock would not propose yet. */
export function isFarAhead(config: ReplicaConfig, era: number, nowMs: number): boolean {
  return era >= eraAt(config, nowMs) + FAR_ERAS
}
