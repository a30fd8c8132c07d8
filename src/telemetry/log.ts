import { type Logger, pino } from 'pino'

export type { Logger } from 'pino'

/** Levels a log can be opened at. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/**
 * Opens the process's log: one JSON object a line on standard error, so that standard output stays free for answers.
 * `process` names the part (`node`, `api`, `prover`). Errors are logged under `err` with their stack and cause.
 * Secrets never go into a log: callers pass codes, counts, hashes and milliseconds.
 */
export function openLog(process: string, level: LogLevel = 'info'): Logger {
  const destination = pino.destination({ fd: 2, sync: true })
  // A full disk costs lines of the log, not the process.
  destination.on('error', () => {})
  return pino(
    {
      level,
      base: { process },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  )
}
