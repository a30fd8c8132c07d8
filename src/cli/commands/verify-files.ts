import { utf8Decode } from '../../codec/bytes.ts'
import { parseJson } from '../../codec/canonical-json.ts'
import { DecodeError } from '../../codec/error.ts'
import { Failure } from '../../config/failure.ts'
import { readBounded } from '../files/bounded-file.ts'

/** Size of a file with a proof, its signals or a verification key. */
const MAX_FILE_BYTES = 1_000_000

/** @throws Failure MALFORMED if the file is not JSON, TOO_LARGE */
export function readJson(path: string): unknown {
  const bytes = readBounded(path, 'proof or key', MAX_FILE_BYTES)
  try {
    return parseJson(utf8Decode(bytes), MAX_FILE_BYTES)
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause
    throw new Failure('MALFORMED', `${path} cannot be read as JSON: ${cause.message}`, { cause })
  }
}
