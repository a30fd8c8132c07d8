import { join } from 'node:path'
import type { Command } from 'commander'
import { dataPath, openDataDirectory } from '../../config/data-directory.ts'
import { poseidonWasm } from '../../crypto/poseidon-wasm.ts'
import { takeLock } from '../../process/lock.ts'
import { Importer } from '../csv-import/importer.ts'
import { importName, Journal } from '../csv-import/journal.ts'
import { Parties } from '../csv-import/parties.ts'
import { Planner, type Reading } from '../csv-import/plan.ts'
import { writeParties, writeReport } from '../csv-import/report.ts'
import { type Columns, readRows } from '../csv-import/rows.ts'
import { UsageError } from '../failures.ts'
import { addNames } from '../files/names.ts'
import {
  clientFor,
  type DataOptions,
  dataOption,
  type UrlOptions,
  urlOption,
  wholeNumber,
} from '../options.ts'
import { print, progress } from '../output.ts'

interface Options extends Columns, UrlOptions, DataOptions {
  decimals: number
  prefix: string
  zero: string
  strict?: boolean
  report?: string
  parties?: string
}

export function addImport(program: Command): void {
  program
    .command('import <file>')
    .description('import a history from a CSV file: every row becomes a signed action')
    .option('--asset <column>', 'column with the asset')
    .option('--asset-code <text>', 'the asset, if the whole file is about one')
    .requiredOption('--from <column>', 'column with the sender')
    .requiredOption('--to <column>', 'column with the receiver')
    .option('--amount <column>', 'column with the number of units (default: 1 unit per row)')
    .option('--memo <column>', 'column with the memo')
    .option('--time <column>', 'column to keep as the note')
    .option('--decimals <n>', 'decimal places of the amounts', wholeNumber(0, 255), 0)
    .option('--prefix <text>', 'text to put before every asset code', '')
    .option(
      '--zero <value>',
      'sender or receiver that stands for "issued" or "retired"',
      '0x0000000000000000000000000000000000000000',
    )
    .option(
      '--strict',
      'reject assets whose first row is not an issue, instead of issuing them to its sender',
    )
    .option('--report <file>', 'write the outcome of each row (CSV: row, status, code, hash)')
    .option('--parties <file>', 'write the address of each name (CSV: name, address)')
    .addOption(urlOption())
    .addOption(dataOption())
    .addHelpText('after', '\nAfter an interruption, the same command continues where it stopped.')
    .action(run)
}

async function run(file: string, options: Options): Promise<void> {
  const columns = columnsOf(options)
  const reading: Reading = {
    prefix: options.prefix,
    decimals: options.decimals,
    zero: options.zero,
    strict: options.strict ?? false,
  }
  const poseidon = poseidonWasm()
  const paths = openDataDirectory(dataPath(options.data))
  const folder = join(paths.root, 'imports')
  const parties = new Parties(poseidon, folder)
  const client = clientFor(options)
  const bar = progress()

  const planner = new Planner(reading)
  const names = new Set<string>()
  let total = 0
  for await (const row of readRows(file, columns)) {
    planner.survey(row)
    for (const name of [row.from, row.to]) if (name !== reading.zero) names.add(name)
    total++
    bar.update(total, undefined, `reading: ${total} rows`)
  }
  planner.rewind()

  const { chainId } = await client.chain()
  const name = await importName(file, chainId, { columns, reading })
  const release = takeLock(join(folder, `${name}.lock`))
  try {
    const journal = new Journal(folder, name)
    const before = journal.outcomes.size
    const started = Date.now()
    const onProgress = (done: number, what: string) => {
      const rate = Math.round(((done - before) * 1000) / Math.max(1, Date.now() - started))
      bar.update(done, total, `${done} of ${total} ${what}${rate > 0 ? `, ${rate} per second` : ''}`)
    }
    const importer = new Importer({ poseidon, client, planner, parties, journal, onProgress })
    try {
      await importer.run(readRows(file, columns))
    } finally {
      await journal.close()
      if (options.report !== undefined) writeReport(options.report, journal.outcomes.values())
      const known = [...names].map((party) => parties.of(party))
      if (options.parties !== undefined) writeParties(options.parties, known)
      addNames(paths.root, Object.fromEntries(known.map((p) => [p.address, p.name])))
    }
    const outcomes = [...journal.outcomes.values()]
    const applied = outcomes.filter((o) => o.status === 'applied').length
    const seconds = (Date.now() - started) / 1000
    bar.finish(
      `${total - before} rows in ${seconds.toFixed(1)} s, ${Math.round((total - before) / seconds)} per second`,
    )
    print(
      `${total} rows: ${applied} applied, ${outcomes.length - applied} rejected; ${planner.assets} assets`,
    )
  } finally {
    release()
  }
}

function columnsOf({ asset, assetCode, from, to, amount, memo, time }: Options): Columns {
  if ((asset === undefined) === (assetCode === undefined)) {
    throw new UsageError('use either --asset COLUMN or --asset-code TEXT')
  }
  const columns = { asset, assetCode, from, to, amount, memo, time }
  return Object.fromEntries(
    Object.entries(columns).filter(([, name]) => name !== undefined),
  ) as unknown as Columns
}
