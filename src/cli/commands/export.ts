import type { Command } from 'commander'
import { clientFor, type JsonOptions, jsonOption, type UrlOptions, urlOption } from '../options.ts'
import { print } from '../output.ts'
import { addExportSettlement } from './export-settlement.ts'

const COLUMNS = [
  'position',
  'height',
  'timestamp',
  'kind',
  'hash',
  'asset',
  'from',
  'to',
  'amount',
  'fromStart',
  'toStart',
  'era',
  'memo',
  'note',
]
const PAGE = `query ($filter: TransferFilter, $after: String) { transfers(filter: $filter, first: 100, after: $after) {
  nodes { position height timestamp kind hash asset { code } from { address } to { address } amount fromStart toStart era memo note }
  pageInfo { hasNextPage endCursor } } }`

type Row = Record<string, unknown> & {
  asset: { code: string } | null
  from: { address: string }
  to: { address: string }
}
type Page = { transfers: { nodes: Row[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } }

export function addExport(program: Command): void {
  const command = program
    .command('export')
    .description('write all final records in order as CSV (with --json: one JSON object per line)')
    .option('--asset <code>', 'only the records of this asset')
    .option('--account <address>', 'only the records of this account')
    .addOption(urlOption())
    .addOption(jsonOption())
    .action(
      async ({
        asset,
        account,
        ...options
      }: UrlOptions & JsonOptions & { asset?: string; account?: string }) => {
        const client = clientFor(options)
        if (!options.json) print(COLUMNS.join(','))
        const filter = asset === undefined && account === undefined ? undefined : { asset, account }
        for (let after: string | null = null; ; ) {
          const { transfers }: Page = await client.query<Page>(PAGE, { filter, after })
          for (const node of transfers.nodes) {
            const row: Record<string, unknown> = {
              ...node,
              asset: node.asset?.code,
              from: node.from.address,
              to: node.to.address,
            }
            print(options.json ? JSON.stringify(row) : COLUMNS.map((name) => csv(row[name])).join(','))
          }
          if (!transfers.pageInfo.hasNextPage) return
          after = transfers.pageInfo.endCursor
        }
      },
    )
  addExportSettlement(command)
}

/** A CSV field, quoted if needed. RFC 4180. */
function csv(value: unknown): string {
  const text = value === null || value === undefined ? '' : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text
}
