import { type Logger, pino } from 'pino'

export type { Logger } from 'pino'

/** The lowest level that is logged. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/**
 * Opens the process's log: one JSON object per line on standard error, so that standard output stays free for results.
 * `process` names the part (`node`, `api`, `prover`). Errors are logged under `err` with their stack and cause.
 * Callers must not log secrets: they pass codes, counts, hashes and milliseconds.
 */
export function openLog(process: string, level: LogLevel = 'info'): Logger {
  const destination = pino.destination({ fd: 2, sync: true })
  // If the log cannot be written (a full disk), lines are lost, but the process goes on.
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
