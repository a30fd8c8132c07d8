import { join } from 'node:path'
import { Importer } from '../../../src/cli/csv-import/importer.ts'
import { Journal } from '../../../src/cli/csv-import/journal.ts'
import { Parties } from '../../../src/cli/csv-import/parties.ts'
import { Planner } from '../../../src/cli/csv-import/plan.ts'
import { Results } from '../../../src/cli/csv-import/results.ts'
import type { Row } from '../../../src/cli/csv-import/rows.ts'
import type { Client } from '../../../src/client/types.ts'
import { poseidon } from '../crypto/poseidon.ts'
import type { FakeNode } from './fake-node.ts'

/** Rows from "asset from to amount" lines. */
function rowsOf(lines: readonly string[]): Row[] {
  return lines.map((line, i) => {
    const [asset = '', from = '', to = '', amount = '1'] = line.split(' ')
    return { number: i + 1, asset, from, to, amount, memo: undefined, time: undefined }
  })
}

/** Imports of such lines, with keys and journals in a folder. */
export function lineImports(folder: string) {
  const parties = new Parties(poseidon, join(folder, 'keys'))

  /** The names behind addresses. */
  function nameOf(lines: readonly string[]) {
    const names = new Map(
      lines.flatMap((line) => line.split(' ').slice(1, 3)).map((name) => [parties.of(name).address, name]),
    )
    return (address: string) => names.get(address) ?? address
  }

  /** Imports lines as one process does, which reads them as often as `onPass` is called. @returns per row, its status and code */
  async function run(
    lines: readonly string[],
    client: Client,
    name: string,
    { maxRecords, onPass = () => {} }: { maxRecords?: number; onPass?: () => void } = {},
  ): Promise<string[]> {
    const rows = rowsOf(lines)
    const planner = new Planner({ prefix: '', decimals: 0, zero: '0', strict: false })
    for (const row of rows) planner.survey(row)
    const journal = new Journal(folder, name)
    const results = new Results()
    const parts = { poseidon, client, planner, parties, journal, results, onProgress() {}, pauseMs: 1 }
    try {
      await new Importer({ ...parts, ...(maxRecords && { maxRecords }) }).run(async function* () {
        onPass()
        yield* rows
      })
    } finally {
      await journal.close()
    }
    const [, ...report] = results.lines()
    return report.map((line) => line.split(',').slice(1, 3).filter(Boolean).join(' '))
  }

  /** What the node took, as lines of the file; of the rows that issue or retire, as it names these. */
  const taken = (node: FakeNode, lines: readonly string[]) => node.moves(nameOf(lines)).sort()

  return { parties, run, taken }
}

/** Lines as `taken` says them. */
export const asTaken = (lines: readonly string[]) =>
  lines.map((line) => line.replace(/^(\S+) 0 /, '$1 MINT ').replace(/ 0 (\d+)$/, ' RETIRED $1')).sort()
