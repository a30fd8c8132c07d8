/** What is known about an operational failure besides its code and message. */
export interface FailureDetails {
  /** What the person at the machine can do about it, one sentence. */
  hint?: string
  /** Whether the same attempt may succeed later with nothing changed. Default false. */
  retry?: boolean
  cause?: unknown
}

/**
 * Something outside the program stands in the way: a port taken, a database unreachable, a full disk.
 * `code` is stable and upper-case, the message says what happened in one line, the hint what to do.
 */
export class Failure extends Error {
  readonly code: string
  readonly hint: string | undefined
  readonly retry: boolean

  constructor(code: string, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'Failure'
    this.code = code
    this.hint = details.hint
    this.retry = details.retry ?? false
  }
}
