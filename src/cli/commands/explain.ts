import type { Command } from 'commander'
import { isRejectionCode, REJECTIONS } from '../../ledger/rejection.ts'
import { UsageError } from '../failures.ts'
import { print, table } from '../output.ts'

export function addExplain(program: Command): void {
  program
    .command('explain [code]')
    .description('explain an error code; without one, list all of them')
    .action((asked?: string) => {
      const code = asked?.toUpperCase()
      if (code === undefined) for (const line of table(Object.entries(REJECTIONS))) print(line)
      else if (isRejectionCode(code)) print(REJECTIONS[code])
      else throw new UsageError(`there is no code ${code}; ictl explain lists all`)
    })
}
