import { DecodeError } from '../codec/error.ts'
import { RejectionError } from '../ledger/rejection.ts'

/** Why a file that somebody hands over cannot be read. */
export interface DecodeFault {
  code: 'TOO_LARGE' | 'NOT_CANONICAL' | 'MALFORMED'
  message: string
}

/**
 * The fault of a file that cannot be decoded; undefined for an error of any other kind.
 * @param ofFile whether the file itself is at fault: of a part inside, only that it is malformed matters
 */
export function decodeFaultOf(error: unknown, ofFile: boolean): DecodeFault | undefined {
  if (error instanceof RejectionError) return { code: 'MALFORMED', message: error.message }
  if (!(error instanceof DecodeError)) return undefined
  const { code, message } = error
  const isOwn = ofFile && (code === 'TOO_LARGE' || code === 'NOT_CANONICAL')
  return { code: isOwn ? code : 'MALFORMED', message }
}
