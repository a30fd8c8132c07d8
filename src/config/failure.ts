/** Details of an operational failure. */
export interface FailureDetails {
  /** What the operator can do about it, in one sentence. */
  hint?: string
  /** Whether the same attempt may succeed later without any change. Default false. */
  retry?: boolean
  cause?: unknown
  /** For programs: what was found before it failed. JSON. */
  data?: object
}

/**
 * An operational failure, caused outside the program: a port in use, an unreachable database, a full disk.
 * `code` is stable and upper-case; the message says in one line what happened, the hint what to do.
 */
export class Failure extends Error {
  readonly code: string
  readonly hint: string | undefined
  readonly retry: boolean
  readonly data: object | undefined

  constructor(code: string, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'Failure'
    this.code = code
    this.hint = details.hint
    this.retry = details.retry ?? false
    this.data = details.data
  }
}
