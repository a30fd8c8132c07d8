import { join } from 'node:path'
import type { Command } from 'commander'
import { hasReservations } from '../../client/reserve.ts'
import { dataPath, openDataDirectory } from '../../config/data-directory.ts'
import { Failure } from '../../config/failure.ts'
import { fieldToHex } from '../../crypto/field.ts'
import { poseidonWasm } from '../../crypto/poseidon-wasm.ts'
import { waitForLock } from '../../process/lock.ts'
import { chainOf } from '../csv-import/era-clock.ts'
import { InputFile, OutputFile, quoted } from '../csv-import/files.ts'
import { Importer } from '../csv-import/importer.ts'
import { Journal } from '../csv-import/journal.ts'
import { Shown } from '../csv-import/pace.ts'
import { Parties } from '../csv-import/parties.ts'
import { Planner } from '../csv-import/plan.ts'
import { ADVICE, Results } from '../csv-import/results.ts'
import { type BadRow, type Columns, isBadRow, type Row, readRows } from '../csv-import/rows.ts'
import { UsageError } from '../failures.ts'
import { addNames, readNames } from '../files/names.ts'
import {
  clientFor,
  type DataOptions,
  dataOption,
  type UrlOptions,
  urlOption,
  wholeNumber,
} from '../options.ts'
import { counted, type Progress, print, progress, say } from '../output.ts'

interface Options extends Columns, UrlOptions, DataOptions {
  decimals: number
  prefix: string
  zero: string
  strict?: boolean
  report?: string
  parties?: string
}

const HELP = `
FILE may be a pipe, or - for standard input. It is a CSV in UTF-8, with commas, semicolons or tabs
between the columns, and their names in the first line.

The file is the whole history of the assets in it. After an interruption, or when the file was
mended or became longer, the same command continues: rows that are on the chain stay, all others
are tried (again), in the order of the file.

A row that cannot be applied is its own result: the report has its code and what it means, and the
rest goes on.
Exit status: 0 if every row has a result, applied or rejected; 1 if the import had to stop,
or the file became another one meanwhile; 2 if it was called incorrectly.`

export function addImport(program: Command): void {
  program
    .command('import <file>')
    .description('import a history from a CSV file: every row becomes a signed action')
    .option('--asset <column>', 'column with the asset')
    .option('--asset-code <text>', 'the asset, if the whole file is about one')
    .requiredOption('--from <column>', 'column with the sender')
    .requiredOption('--to <column>', 'column with the receiver')
    .option(
      '--amount <column>',
      'column with the number of smallest units, a whole number (default: 1 unit per row)',
    )
    .option('--memo <column>', 'column with the memo')
    .option('--time <column>', 'column to keep as the note')
    .option(
      '--decimals <n>',
      'decimal places to show amounts with: 2 shows 150 as 1.50',
      wholeNumber(0, 255),
      0,
    )
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
    .option('--report <file>', 'write the outcome of each row (CSV: row, status, code, hash, message)')
    .option('--parties <file>', 'write the address of each name (CSV: name, address)')
    .addOption(urlOption())
    .addOption(dataOption())
    .addHelpText('after', HELP)
    .action(run)
}

async function run(file: string, options: Options): Promise<void> {
  const columns = columnsOf(options)
  const { prefix, decimals, zero, strict = false } = options
  const poseidon = poseidonWasm()
  const paths = openDataDirectory(dataPath(options.data))
  // Names are added at the end; a file to which none can be added is found now.
  readNames(paths.root)
  const folder = join(paths.root, 'imports')
  const parties = new Parties(poseidon, folder)
  const input = await InputFile.open(file, folder)
  const outputs = openOutputs(input, options)
  const planner = new Planner({ prefix, decimals, zero, strict })
  const results = new Results()
  const rows = () => readRows(input.chunks(), columns)
  const client = clientFor(options)
  const { chainId } = await chainOf(client)
  // Before a code is shown to anyone.
  if (await hasReservations(client))
    throw new Failure('CODES_RESERVED', 'codes of this chain must be reserved, which an import does not do', {
      hint: 'reserve and register the codes one by one (ictl reserve), or import into a chain without reservations',
    })
  // Before it waits for others, so that a file that cannot be read is refused at once.
  const bar = progress()
  const total = await survey(rows(), planner, bar)
  const name = fieldToHex(chainId).slice(0, CHAIN_DIGITS)
  // Imports into the same chain from one data directory come one after the other: they sign with the same keys.
  const release = await waitForLock(join(folder, `${name}.lock`), LOCK_PAUSE_MS, () =>
    say('waiting for another import with this data directory to end'),
  )
  try {
    const show = new Shown(bar, total)
    const journal = new Journal(folder, name)
    const onProgress = (done: number) => show.update(done)
    const importer = new Importer({ poseidon, client, planner, parties, journal, results, onProgress })
    const ticking = setInterval(() => show.tick(), TICK_MS)
    try {
      await importer.run(rows)
    } finally {
      clearInterval(ticking)
      await journal.close()
      outputs.report?.write(results.lines())
      await writeNames(planner, parties, paths.root, outputs.parties)
    }
    show.finish()
    summarize(total, results, planner)
    await input.checkUnchanged()
  } finally {
    release()
    await input.close()
  }
}

/** Digits of the chain's id that name its journal. */
const CHAIN_DIGITS = 24
const LOCK_PAUSE_MS = 500
/** Between two looks at the time left. */
const TICK_MS = 500

function openOutputs(input: InputFile, { report, parties }: Options) {
  const inUse = [{ name: 'the file to import', stats: input.stats }]
  const open = (path: string | undefined, option: string) => {
    if (path === undefined) return undefined
    const output = new OutputFile(path, option, inUse)
    inUse.push({ name: `the same file as ${option}`, stats: output.stats })
    return output
  }
  return { report: open(report, '--report'), parties: open(parties, '--parties') }
}

/** Reads all rows once. @returns how many there are */
async function survey(rows: AsyncIterable<Row | BadRow>, planner: Planner, bar: Progress): Promise<number> {
  let total = 0
  for await (const row of rows) {
    if (!isBadRow(row)) planner.survey(row)
    total++
    bar.update(total, undefined, `reading: ${counted(total, 'row')}`)
  }
  return total
}

/** Names for the addresses of all parties: for the explorer, and for --parties. */
async function writeNames(
  planner: Planner,
  parties: Parties,
  root: string,
  output: OutputFile | undefined,
): Promise<void> {
  const known: Record<string, string> = {}
  for (const name of planner.names) known[parties.of(name).address] = name
  await addNames(root, known)
  if (output === undefined) return
  const lines = Object.entries(known).map(([address, name]) => `${quoted(name)},${address}`)
  output.write(['name,address', ...lines])
}

function summarize(total: number, results: Results, { assets }: Planner): void {
  const rejections = [...results.rejections].sort(([, a], [, b]) => b - a)
  const rejected = rejections.reduce((sum, [, count]) => sum + count, 0)
  const lost = total - results.size
  print(
    `${counted(total, 'row')}: ${total - rejected - lost} applied, ${rejected} rejected${lost > 0 ? `, ${lost} to be tried again` : ''}; ${counted(assets.size, 'asset')}`,
  )
  const { renamed } = assets
  if (renamed !== undefined) {
    const [name, code] = renamed.first
    print(
      `${counted(renamed.count, 'asset')} with another code than in the file, such as ${code} for ${name}`,
    )
  }
  for (const [code, count] of rejections) {
    print(`  ${code}  ${counted(count, 'row')}`)
    if (code === 'BAD_ROW') print(`    The first one: ${results.firstFault}`)
    if (code in ADVICE) print(`    ${ADVICE[code]}`)
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
