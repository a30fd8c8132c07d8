import { DecodeError } from '../codec/error.ts'
import { RejectionError, reject } from './rejection.ts'

/**
 * Runs a decoder and converts its DecodeError into a RejectionError with the same code, so that callers handle only one kind of error.
 * @param what name of the decoded thing, for the rejection's data
 * @throws RejectionError
 */
export function decodeOrReject<T>(what: string, decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    throw new RejectionError(reject(error.code, { what, reason: error.message }))
  }
}
