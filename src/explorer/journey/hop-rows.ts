import type { Move, SeenJourney } from './journey.ts'

/** A record of a journey with all its traced units. */
export interface MoveRow {
  move: Move
  units: bigint
}

/** The records of a journey, oldest first, each with the traced units that moved in it. */
export function rowsOf({ steps }: Pick<SeenJourney, 'steps'>): MoveRow[] {
  const rows = new Map<string, MoveRow>()
  for (const { record, length } of steps) {
    const row = rows.get(record.hash) ?? { move: record, units: 0n }
    rows.set(record.hash, { move: record, units: row.units + length })
  }
  return [...rows.values()].sort((a, b) => a.move.position - b.move.position)
}
