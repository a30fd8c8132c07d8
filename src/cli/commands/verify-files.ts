import { readFileSync } from 'node:fs'
import { parseJson } from '../../codec/canonical-json.ts'
import { DecodeError } from '../../codec/error.ts'
import { Failure } from '../../config/failure.ts'

/** Size of a file with a proof, its signals or a verification key. */
const MAX_FILE_BYTES = 1_000_000

/** @throws Failure MALFORMED if the file is not JSON */
export function readJson(path: string): unknown {
  try {
    return parseJson(readFileSync(path, 'utf8'), MAX_FILE_BYTES)
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause
    throw new Failure('MALFORMED', `${path} cannot be read as JSON: ${cause.message}`, { cause })
  }
}
