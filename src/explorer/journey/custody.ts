import { eventTimeOf } from '../../standards/event-time.ts'
import type { Party } from '../../standards/journey.ts'
import type { Move, SeenJourney } from './journey.ts'

/** Who had a unit from when to when. */
export interface Custody {
  kind: 'held' | 'retired'
  /** Nobody while it was retired. */
  holder: Party | undefined
  /** Times in milliseconds since 1970: when the move happened that began it, and the one that ended it; undefined if it lasts. */
  fromMs: number
  untilMs: number | undefined
  /** What began it. */
  move: Move
}

/** Milliseconds that somebody had a unit, up to now if it lasts; undefined if it ended before it began, as notes or the clock of this device may say. */
export function heldMs({ fromMs, untilMs }: Custody, nowMs: number): number | undefined {
  const ms = (untilMs ?? nowMs) - fromMs
  return ms < 0 ? undefined : ms
}

/** Whether the line of a single unit goes on where the journey ends: the rest is not loaded, or the server does not follow it. */
export const goesOn = ({ steps, next, isCutOff }: SeenJourney): boolean =>
  (next !== null || isCutOff) && steps.at(-1)?.behind === null

/**
 * The line of a single unit, oldest first: each hop of the first section gives it to the next holder. Of a backward journey that goes on, the oldest
 * part is missing; of a forward one, the newest.
 */
export function custodyOf(journey: SeenJourney): Custody[] {
  const { steps, direction } = journey
  const moves = steps.filter(({ behind }) => behind === null).map(({ record }) => record)
  if (direction === 'BACKWARD') moves.reverse()
  const isOpen = direction === 'FORWARD' && goesOn(journey)
  return moves.slice(0, isOpen ? -1 : undefined).map((move, i) => ({
    kind: move.kind === 'retire' ? 'retired' : 'held',
    holder: move.kind === 'retire' ? undefined : move.to,
    fromMs: eventTimeOf(move).ms,
    untilMs: moves[i + 1] === undefined ? undefined : eventTimeOf(moves[i + 1]!).ms,
    move,
  }))
}

/** Whether the first section of a journey is the path of a single unit. */
export function isLine({ steps }: SeenJourney): boolean {
  const own = steps.filter(({ behind }) => behind === null)
  return own.length > 0 && own.every(({ length, unit }) => length === 1n && unit === own[0]!.unit)
}
