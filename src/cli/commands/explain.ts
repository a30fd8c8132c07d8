import type { Command } from 'commander'
import { isRejectionCode, REJECTIONS } from '../../ledger/rejection.ts'
import { UsageError } from '../failures.ts'
import { FAILURES } from '../generated/failures.ts'
import { print, table } from '../output.ts'

export function addExplain(program: Command): void {
  program
    .command('explain [code]')
    .description('explain an error code; without one, list those of rejections')
    .action((asked?: string) => {
      const lines = asked === undefined ? table(Object.entries(REJECTIONS)) : explanation(asked.toUpperCase())
      if (lines.length === 0) throw new UsageError(`there is no code ${asked}; docs/errors.md lists all`)
      for (const line of lines) print(line)
    })
}

/** What a code means as a rejection, and what it means as a failure; empty for an unknown code. */
export function explanation(code: string): string[] {
  const failures = Object.hasOwn(FAILURES, code) ? FAILURES[code]! : []
  return [
    ...(isRejectionCode(code) ? [REJECTIONS[code]] : []),
    ...failures.map(({ message, hint }) => (hint === '' ? message : `${message}: ${hint}`)),
  ]
}
