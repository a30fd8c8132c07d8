import { DecodeError } from '../codec/error.ts'
import { Refused, reject } from './rejection.ts'

/**
 * Runs a decoder and turns its DecodeError into `Refused` with the same code, so that whoever reads foreign bytes
 * meets one kind of error.
 * @param what names the thing decoded, for the rejection's data
 */
export function refusing<T>(what: string, decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    throw new Refused(reject(error.code, { what, reason: error.message }))
  }
}
