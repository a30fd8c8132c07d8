import { ClientError } from '../client/graphql.ts'
import { DecodeError } from '../codec/error.ts'
import { Failure } from '../config/failure.ts'
import { RejectionError } from '../ledger/rejection.ts'
import { databaseFailure } from '../storage/database.ts'
import { printJsonLine, red, say, sayLines } from './output.ts'

/** The command was called incorrectly: exit status 2. */
export class UsageError extends Error {}

/** Messages for errors of the file system, by the system's code. */
export const FILE_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be opened by this user',
  EPERM: 'may not be changed by this user',
  EISDIR: 'is a folder',
  ENOTDIR: 'is inside something that is not a folder',
  EROFS: 'is on a read-only file system',
}

/** What the same codes mean where a folder cannot be made. */
const FOLDER_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'cannot be made there',
  EEXIST: 'is no folder',
  EACCES: 'may not be made by this user',
}

/**
 * Prints an error as one line, with a hint; the stack only if requested.
 * @param json also prints it as an object on standard output, for programs
 * @returns the exit status
 */
export function report(error: unknown, { verbose = false, json = false } = {}): number {
  const known = knownError(error)
  if (json) reportJson(known)
  const { code, message, hint } = describe(known)
  const what = hint === undefined ? sentence(message) : `${sentence(message)} ${sentence(capital(hint))}`
  say(`${red('error')}: ${what}${code === undefined ? '' : ` [${code}]`}`)
  if (verbose) sayLines(stackOf(known))
  return known instanceof UsageError ? 2 : 1
}

/** Prints an error as a line of JSON on standard output: `{"error":{"code","message","hint","retry"}}`. An error without a code is INTERNAL. */
export function reportJson(known: unknown): void {
  const { code = known instanceof UsageError ? 'USAGE' : 'INTERNAL', message, hint = null } = describe(known)
  const { retry, data } = known instanceof Failure ? known : { retry: false, data: undefined }
  printJsonLine({ error: { code, message, hint, retry, ...(data && { data }) } })
}

/** Converts known errors into ones with a message for users. Returns others unchanged. */
export function knownError(error: unknown): unknown {
  const { code = '', syscall = '', path = pathless(error) } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC') {
    return new Failure('DISK_FULL', 'the disk is full', {
      hint: 'free some space, then start again',
      retry: true,
      cause: error,
    })
  }
  const isFile = path !== undefined && !['connect', 'spawn'].includes(syscall)
  const what = isFile ? (syscall === 'mkdir' && FOLDER_ERRORS[code]) || FILE_ERRORS[code] : undefined
  if (what !== undefined) {
    return new Failure('BAD_FILE', `${path} ${what}`, { hint: 'check the path', cause: error })
  }
  return databaseFailure(error)
}

/** A name for the path of an error that has none: reading a folder as a file throws EISDIR without the folder's path. */
const pathless = (error: unknown) =>
  (error as NodeJS.ErrnoException).code === 'EISDIR' ? 'the path given for a file' : undefined

function describe(error: unknown): { code?: string; message: string; hint?: string | undefined } {
  if (error instanceof UsageError)
    return { message: error.message, hint: 'ictl --help lists commands and options' }
  if (error instanceof Failure) return { code: error.code, message: error.message, hint: error.hint }
  if (error instanceof DecodeError) return { code: error.code, message: error.message }
  if (error instanceof RejectionError) return { code: error.rejection.code, message: error.rejection.message }
  if (error instanceof ClientError) {
    const hint =
      error.code === 'API_UNREACHABLE'
        ? 'start a network with ictl up, or name another API with --url, whose path is /graphql'
        : undefined
    return { code: error.code, message: error.message, hint }
  }
  return {
    message: error instanceof Error ? error.message.split('\n')[0]! : String(error),
    hint: 'run it with --verbose for details',
  }
}

const sentence = (text: string) => (/[.!?]\)?$/.test(text) ? text : `${text}.`)
/** Capitalizes a message unless it begins with a command, which must be typed as it is. */
const capital = (text: string) =>
  text.startsWith('ictl ') ? text : text.slice(0, 1).toUpperCase() + text.slice(1)

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined
    ? (error.stack ?? '')
    : `${error.stack}\ncaused by: ${stackOf(error.cause)}`
}
