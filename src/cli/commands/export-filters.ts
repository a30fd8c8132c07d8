import type { Command } from 'commander'
import { wholeUnits } from '../options.ts'

/** Filters of an export, as options. */
export interface FilterOptions {
  asset?: string
  account?: string
  kind?: string
  from?: string
  to?: string
  memo?: string
  heightFrom?: string
  heightTo?: string
  timeFrom?: string
  timeTo?: string
  issuer?: string
  codePrefix?: string
  unique?: string
}

/** The options that take several values, with commas between them, and the parameter of /export that takes a list. */
const LISTS: Partial<Record<keyof FilterOptions, string>> = {
  asset: 'assets',
  account: 'accounts',
  kind: 'kinds',
}
const SINGLE: readonly (keyof FilterOptions)[] = [
  ...(['from', 'to', 'memo', 'heightFrom', 'heightTo', 'timeFrom', 'timeTo'] as const),
  ...(['issuer', 'codePrefix', 'unique'] as const),
]

const height = wholeUnits(0n, BigInt(Number.MAX_SAFE_INTEGER))

/** Adds the filters of all lists. Which of them a list takes, the API says (`src/api/http/export-request.ts`). */
export function addFilterOptions(command: Command): Command {
  return command
    .option('--asset <codes>', 'only the transfers of these assets, with commas between; the holdings of one')
    .option(
      '--account <addresses>',
      'only the transfers from or to these accounts, with commas between; the holdings of one',
    )
    .option('--kind <kinds>', 'only the transfers of these kinds, with commas between, such as ISSUE,RETIRE')
    .option('--from <address>', 'only the transfers from this account')
    .option('--to <address>', 'only the transfers to this account')
    .option('--memo <hex>', 'only the transfers with this memo')
    .option('--height-from <height>', 'only the transfers from this block on', height)
    .option('--height-to <height>', 'only the transfers up to this block', height)
    .option('--time-from <time>', 'only the transfers from this time on, such as 2025-01-31T12:00:00Z')
    .option('--time-to <time>', 'only the transfers up to this time')
    .option('--issuer <address>', 'only the assets of this issuer')
    .option('--code-prefix <text>', 'only the assets whose code begins so')
    .option('--unique <boolean>', 'true: only the assets whose cap is 1; false: only the others')
}

/** The parameters of /export that the options stand for. */
export function filterParameters(options: FilterOptions): Record<string, string> {
  const parameters: Record<string, string> = {}
  for (const [name, list] of Object.entries(LISTS)) {
    const value = options[name as keyof FilterOptions]
    if (value !== undefined) parameters[value.includes(',') ? list : name] = value
  }
  for (const name of SINGLE) {
    const value = options[name]
    if (value !== undefined) parameters[name] = value
  }
  return parameters
}
