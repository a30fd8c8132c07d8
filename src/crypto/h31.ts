import { utf8 } from '../codec/bytes.ts'
import { readField } from './field.ts'
import { sha256 } from './hash.ts'

/**
 * H31: the first 31 bytes of SHA-256 as a big-endian number, which is always below r. PROTOCOL.md, "Hashes".
 * @param x bytes, or a text that is hashed as UTF-8
 */
export function h31(x: Uint8Array | string): bigint {
  return readField(sha256(typeof x === 'string' ? utf8(x) : x), 0) >> 8n
}

/** The domain separator of one kind of Poseidon hash: H31("inpigritas/NAME/v1"). */
export function tag(name: string): bigint {
  return h31(`inpigritas/${name}/v1`)
}
