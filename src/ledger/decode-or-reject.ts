import { DecodeError } from '../codec/error.ts'
import { RejectionError, reject } from './rejection.ts'

/**
 * Runs a decoder and turns its DecodeError into `RejectionError` with the same code, so that whoever reads foreign bytes
 * meets one kind of error.
 * @param what names the thing decoded, for the rejection's data
 */
export function decodeOrReject<T>(what: string, decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    throw new RejectionError(reject(error.code, { what, reason: error.message }))
  }
}
