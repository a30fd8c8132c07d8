import { ClientError } from '../client/graphql.ts'
import { Failure } from '../config/failure.ts'
import { Refused } from '../ledger/rejection.ts'
import { databaseFailure } from '../storage/database.ts'
import { red, say } from './output.ts'

/** Asked for wrongly: exit status 2. */
export class UsageError extends Error {}

/** One line of what happened and one of what to do; the stack only if asked for. @returns the exit status */
export function report(error: unknown, verbose: boolean): number {
  const known = databaseFailure(error)
  const { code, message, hint } = describe(known)
  say(`${red('error')}: ${message}${code === undefined ? '' : ` [${code}]`}`)
  if (hint !== undefined) say(`  ${hint}`)
  if (verbose) say(stackOf(known))
  return known instanceof UsageError ? 2 : 1
}

function describe(error: unknown): { code?: string; message: string; hint?: string | undefined } {
  if (error instanceof UsageError) return { message: error.message, hint: 'ictl --help tells more' }
  if (error instanceof Failure) return { code: error.code, message: error.message, hint: error.hint }
  if (error instanceof Refused) return { code: error.rejection.code, message: error.rejection.message }
  if (error instanceof ClientError) {
    const hint =
      error.code === 'API_UNREACHABLE' ? 'start one with: ictl up, or name one with --url' : undefined
    return { code: error.code, message: error.message, hint }
  }
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC')
    return { code: 'DISK_FULL', message: 'the disk is full', hint: 'free some space, then start again' }
  return {
    message: error instanceof Error ? error.message : String(error),
    hint: 'run it with --verbose for more',
  }
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined
    ? (error.stack ?? '')
    : `${error.stack}\ncaused by: ${stackOf(error.cause)}`
}
