/** Why bytes or text could not be decoded. */
export type DecodeCode = 'MALFORMED' | 'TOO_LARGE' | 'NOT_CANONICAL'

/**
 * Input that is not what its format allows.
 * `MALFORMED`: not of this format. `TOO_LARGE`: over a limit. `NOT_CANONICAL`: another spelling of a value
 * that has exactly one.
 */
export class DecodeError extends Error {
  readonly code: DecodeCode

  constructor(code: DecodeCode, message: string) {
    super(message)
    this.name = 'DecodeError'
    this.code = code
  }
}
