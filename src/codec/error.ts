/** The kind of a DecodeError. */
export type DecodeCode = 'MALFORMED' | 'TOO_LARGE' | 'NOT_CANONICAL'

/**
 * Bytes or text that their format does not allow.
 * `MALFORMED`: not of this format. `TOO_LARGE`: over a limit. `NOT_CANONICAL`: not the one canonical encoding of its value.
 */
export class DecodeError extends Error {
  readonly code: DecodeCode

  constructor(code: DecodeCode, message: string) {
    super(message)
    this.name = 'DecodeError'
    this.code = code
  }
}
