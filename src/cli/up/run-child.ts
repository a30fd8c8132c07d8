import { Failure } from '../../config/failure.ts'
import { Refused } from '../../ledger/rejection.ts'
import { databaseFailure } from '../../storage/database.ts'
import { say } from '../output.ts'
import { tellParent } from './child.ts'

/**
 * Runs a long-lived part until it is told to stop (TERM, INT, or its parent is gone). A failure goes to the parent before it ends this process.
 * @param start gets a function that ends the process with an error, and returns what stops the part
 */
export async function runPart(
  start: (fatal: (error: unknown) => void) => Promise<() => Promise<void>>,
): Promise<void> {
  let stop: (() => Promise<void>) | undefined
  let ending = false
  const end = (status: number) => {
    if (ending) return
    ending = true
    Promise.resolve(stop?.())
      .catch((error) => say(String(error)))
      .finally(() => process.exit(status))
  }
  const fatal = (error: unknown) => {
    announce(error)
    say(error instanceof Error ? (error.stack ?? error.message) : String(error))
    end(1)
  }
  process.on('SIGTERM', () => end(0))
  process.on('SIGINT', () => end(0))
  process.on('disconnect', () => end(0))
  process.on('uncaughtException', fatal)
  process.on('unhandledRejection', fatal)
  try {
    stop = await start(fatal)
  } catch (error) {
    announce(error)
    throw error
  }
  await new Promise(() => {})
}

function announce(error: unknown): void {
  const known = databaseFailure(error)
  if (known instanceof Failure) {
    const { code, message, hint, retry } = known
    tellParent({ type: 'failure', code, message, retry, ...(hint === undefined ? {} : { hint }) })
  } else if (known instanceof Refused) {
    tellParent({ type: 'failure', code: known.rejection.code, message: known.message, retry: false })
  }
}
