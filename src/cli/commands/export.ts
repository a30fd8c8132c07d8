import { createHash } from 'node:crypto'
import { Argument, type Command } from 'commander'
import { EXPORT_COLUMNS, type ListName } from '../../export/columns.ts'
import { csvHeader, csvLine, ndjsonLine } from '../../export/format.ts'
import type { ExportRow } from '../../export/rows.ts'
import { UsageError } from '../failures.ts'
import { ExportFile, type ExportProgress } from '../files/export-file.ts'
import { apiUrl, type JsonOptions, jsonOption, type UrlOptions, urlOption, wholeNumber } from '../options.ts'
import { counted, drained, progress, say, writeFilePart } from '../output.ts'
import { addExportBatchData } from './export-batch-data.ts'
import { downloadRows, type ExportQuery } from './export-download.ts'
import { addFilterOptions, type FilterOptions, filterParameters } from './export-filters.ts'
import { addExportPolicy } from './export-policy.ts'
import { addExportProofs } from './export-proofs.ts'
import { addExportSettlement } from './export-settlement.ts'

interface ExportOptions extends UrlOptions, JsonOptions {
  atHeight?: number
  file?: string
  resume?: boolean
}

export function addExport(program: Command): void {
  const command = program
    .command('export')
    .description(
      'write a whole list in order, as of one block, as CSV (with --json: one JSON object per line)',
    )
    .addArgument(new Argument('[list]', 'what').choices(Object.keys(EXPORT_COLUMNS)).default('transfers'))
  addFilterOptions(command)
    .option(
      '--at-height <height>',
      'as of this block (default: the newest)',
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
    )
    .option(
      '--file <file>',
      'write to this file, once it is complete and verified (default: standard output)',
    )
    .option('--resume', 'continue an interrupted export to the file of --file')
    .addOption(urlOption())
    .addOption(jsonOption())
    .action(exportList)
  addExportBatchData(command)
  addExportPolicy(command)
  addExportProofs(command)
  addExportSettlement(command)
}

/** Where rows go. */
interface Target {
  /** What was written before. */
  progress: ExportProgress | undefined
  write(text: string): Promise<void>
  /** Takes what was written so far as verified. */
  verified(progress: ExportProgress): Promise<void>
  /** @returns SHA-256 of all that was written */
  finish(): Promise<string>
  close(): Promise<void>
}

async function exportList(list: ListName, options: ExportOptions & FilterOptions): Promise<void> {
  const { atHeight, file, resume = false, json = false } = options
  if (resume && file === undefined) throw new UsageError('--resume continues a file: name it with --file')
  const filters = filterParameters(options)
  const query: ExportQuery = { url: apiUrl(options), list, filters }
  const name = JSON.stringify([list, filters, atHeight ?? null, json])
  const target = file === undefined ? standardOutput() : await ExportFile.open(file, name, resume)
  try {
    const { count, height } = await copyRows(query, target, { json, atHeight })
    say(
      `${counted(count, 'row')} as of height ${height}; SHA-256 of what was written: ${await target.finish()}`,
    )
  } catch (error) {
    await target.close()
    throw error
  }
}

/**
 * Copies all rows of a list to a target that may have the first of them already.
 * @param partRows rows per request
 */
export async function copyRows(
  query: ExportQuery,
  target: Omit<Target, 'finish' | 'close'>,
  { json, atHeight, partRows }: { json: boolean; atHeight?: number | undefined; partRows?: number },
): Promise<ExportProgress> {
  const filters = atHeight === undefined ? query.filters : { ...query.filters, atHeight: String(atHeight) }
  const bar = progress()
  const columns = EXPORT_COLUMNS[query.list]
  let done = target.progress
  let count = done?.count ?? 0
  const text = (row: ExportRow) => (json ? ndjsonLine(row) : csvLine(columns, row))
  if (!json && done === undefined) await target.write(csvHeader(columns))
  for await (const { rows, height, verified } of downloadRows({ ...query, filters }, done, partRows)) {
    if (rows.length > 0) {
      await target.write(rows.map(text).join(''))
      count += rows.length
      const at = Number(rows.at(-1)!.height)
      bar.update(at, Number.isNaN(at) ? undefined : height, counted(count, 'row'))
    }
    if (verified === undefined) continue
    done = verified
    await target.verified(verified)
  }
  bar.finish('the export is complete')
  return done!
}

function standardOutput(): Target {
  const digest = createHash('sha256')
  return {
    progress: undefined,
    async write(text) {
      digest.update(text)
      if (!writeFilePart(text)) await drained()
    },
    async verified() {},
    finish: async () => digest.digest('hex'),
    async close() {},
  }
}
