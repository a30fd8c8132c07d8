import { Failure } from '../../config/failure.ts'
import { RejectionError } from '../../ledger/rejection.ts'
import { knownError, report } from '../failures.ts'
import { say, sayLines } from '../output.ts'
import { tellParent } from './child.ts'

/** Exit status of a part that must not be started again before someone has looked (EX_CONFIG of sysexits.h). The systemd units know it. */
const STAY_DOWN = 78
/** Failures that end a part with this status. */
const FINAL_CODES: ReadonlySet<string> = new Set([
  'DIVERGED',
  'DUPLICATE_KEY',
  'CLOCK_JUMPED',
  'DATABASE_DAMAGED',
])
/** Bound on stopping, which may wait for something that is gone. Everything that was acknowledged is stored already. */
const STOP_TIMEOUT_MS = 10_000

/**
 * Runs a long-lived program until TERM, INT, HUP, or the end of its parent. A failure is sent to the parent before it ends this process.
 * @param start starts the program and returns a function that stops it; it gets a function that ends the process with an error
 */
export async function runPart(
  start: (fatal: (error: unknown) => void) => Promise<() => Promise<void>>,
): Promise<void> {
  let stop: (() => Promise<void>) | undefined
  let ending = false
  const end = (status: number) => {
    if (ending) return
    ending = true
    setTimeout(() => process.exit(status), STOP_TIMEOUT_MS).unref()
    Promise.resolve(stop?.())
      .catch((error) => say(String(error)))
      .finally(() => process.exit(status))
  }
  const fatal = (error: unknown) => {
    announce(error)
    sayLines(error instanceof Error ? (error.stack ?? error.message) : String(error))
    end(error instanceof Failure && FINAL_CODES.has(error.code) ? STAY_DOWN : 1)
  }
  process.on('SIGTERM', () => end(0))
  // Ctrl-C in a terminal and its closing reach every process. A child ignores them: its parent stops its children in order.
  for (const signal of ['SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => process.channel === undefined && end(0))
  process.on('disconnect', () => end(0))
  process.on('uncaughtException', fatal)
  process.on('unhandledRejection', fatal)
  try {
    stop = await start(fatal)
  } catch (error) {
    announce(error)
    process.exit(report(error, { verbose: true }))
  }
  await new Promise(() => {})
}

function announce(error: unknown): void {
  const known = knownError(error)
  if (known instanceof Failure) {
    const { code, message, hint, retry } = known
    tellParent({ type: 'failure', code, message, retry, ...(hint === undefined ? {} : { hint }) })
  } else if (known instanceof RejectionError) {
    tellParent({ type: 'failure', code: known.rejection.code, message: known.message, retry: false })
  }
}
