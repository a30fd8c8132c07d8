/** When eras are: era e is due at T0 + e * L. PROTOCOL.md, "Eras". All times in milliseconds since 1970, UTC. */
export interface EraClock {
  /** T0. */
  startTimeMs: number
  /** L. */
  eraMs: number
}

/** The timestamp of a block of this era: when the era was due. */
export function timeOfEra(era: number, clock: EraClock): number {
  return clock.startTimeMs + era * clock.eraMs
}

/** The era of a moment; 0 before T0. */
export function eraAt(nowMs: number, clock: EraClock): number {
  return Math.max(0, Math.floor((nowMs - clock.startTimeMs) / clock.eraMs))
}
