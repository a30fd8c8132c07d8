import DataLoader from 'dataloader'
import type { Database } from '../../storage/database.ts'
import type { TransferRow } from '../../storage/reads/rows.ts'
import { readTransfers, transfersBetween } from '../../storage/reads/transfers.ts'

/** Consecutive positions, ascending or descending. */
type Run = readonly number[]

/**
 * Reads the records at runs of positions, in the order of each run. One run is a range of the table; runs that are asked for in the same tick are
 * read in one statement.
 */
export function transferRuns(database: Database): DataLoader<Run, TransferRow[]> {
  return new DataLoader(
    async (runs) => {
      const rows = await readRuns(database, runs)
      const byPosition = new Map(rows.map((row) => [row.position, row]))
      return runs.map((run) => run.map((position) => existing(byPosition.get(position), position)))
    },
    { cache: false },
  )
}

function readRuns(database: Database, runs: readonly Run[]): Promise<TransferRow[]> {
  const [run] = runs as [Run]
  if (runs.length > 1) return readTransfers(database, [...new Set(runs.flat())])
  const [one, other] = [run[0]!, run.at(-1)!]
  return transfersBetween(database, { first: Math.min(one, other), end: Math.max(one, other) + 1 })
}

function existing(row: TransferRow | undefined, position: number): TransferRow {
  if (row === undefined) throw new Error(`record ${position} is not in the database`)
  return row
}
