import type { Command } from 'commander'
import {
  clientFor,
  type DataOptions,
  dataOption,
  type JsonOptions,
  jsonOption,
  type UrlOptions,
  urlOption,
} from '../options.ts'
import { print, printJson, table } from '../output.ts'
import { type Quota, quotaOf } from '../quota.ts'
import { addressFor } from './balance.ts'

export function addQuota(program: Command): void {
  program
    .command('quota <who>')
    .description('show what the assets of an address or one of your keys use of the chain, and may use')
    .addOption(urlOption())
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (who: string, options: UrlOptions & DataOptions & JsonOptions) => {
      const address = addressFor(who, options)
      const quota = await quotaOf(clientFor(options), address)
      if (options.json) printJson({ address, quota })
      else if (quota === null) print('none: this chain does not let it register assets')
      else for (const line of table(quota.map(rowOf))) print(line)
    })
}

function rowOf({ budget, used, limit, usedTogether, limitTogether }: Quota): string[] {
  const together =
    limitTogether === null
      ? ''
      : `; all accounts without a budget of their own: ${usedTogether} of ${limitTogether}`
  return [budget.toLowerCase(), `${used} of ${limit}${together}`]
}
