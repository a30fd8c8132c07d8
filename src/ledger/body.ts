import { Reader, Writer } from '../codec/binary.ts'
import { DecodeError } from '../codec/error.ts'
import { decodeOrReject } from './decode-or-reject.ts'
import type { Limits } from './genesis.ts'
import { MAX_ACTION_BYTES } from './params.ts'
import { RejectionError, reject } from './rejection.ts'

/** Encodes the body of a block: a u32 count, then each encoded action preceded by its u32 length. PROTOCOL.md, "Blocks". */
export function encodeBody(actions: readonly Uint8Array[]): Uint8Array {
  const writer = new Writer().u32(actions.length)
  for (const action of actions) writer.varBytes(action)
  return writer.done()
}

/** Number of bytes that one encoded action takes in a body. */
export function bodyBytesOf(action: Uint8Array): number {
  return 4 + action.length
}

/**
 * Splits a body into its encoded actions.
 * @throws RejectionError `TOO_LARGE`, `TOO_MANY_RECORDS` or `MALFORMED`. Limits are checked before anything large is copied.
 */
export function decodeBody(
  bytes: Uint8Array,
  limits: Pick<Limits, 'maxRecords' | 'maxBodyBytes'>,
): Uint8Array[] {
  return decodeOrReject('body', () => {
    if (bytes.length > limits.maxBodyBytes) {
      throw new DecodeError(
        'TOO_LARGE',
        `${bytes.length} bytes where at most ${limits.maxBodyBytes} are allowed`,
      )
    }
    const reader = new Reader(bytes)
    const count = reader.u32()
    if (count > limits.maxRecords) {
      throw new RejectionError(reject('TOO_MANY_RECORDS', { count, max: limits.maxRecords }))
    }
    const actions = Array.from({ length: count }, () => reader.varBytes(MAX_ACTION_BYTES))
    reader.end()
    return actions
  })
}
