import { Reader, Writer } from '../codec/binary.ts'
import { concatBytes } from '../codec/bytes.ts'
import { DecodeError } from '../codec/error.ts'
import type { SignedAction } from './action.ts'
import { KEY_KINDS, MAX_KEY_BYTES, MAX_SIGNATURE_BYTES, readContent, writeContent } from './action-codec.ts'
import { decodeOrReject } from './decode-or-reject.ts'

/** An action in parts, so that what actions of one chain and of one signer have in common is written once. PROTOCOL.md, "Certificates of origin". */
export interface ActionParts {
  /** The bytes of the encoded action without its chainId, up to its key. */
  content: Uint8Array
  /** The kind of its key, one byte, and the key. */
  key: Uint8Array
  signature: Uint8Array
}

/** The parts of an action. Its chainId is in none of them. */
export function partsOfAction(action: SignedAction): ActionParts {
  const { kind, bytes } = action.publicKey
  return {
    content: writeContent(new Writer(), action, false).done(),
    key: concatBytes(Uint8Array.of(KEY_KINDS.indexOf(kind)), bytes),
    signature: action.signature,
  }
}

/**
 * The action of a chain that has these parts. Checks only their encoding, as `decodeAction`.
 * @throws RejectionError `TOO_LARGE`, `MALFORMED`, `NOT_CANONICAL` or `BAD_DEFINITION`
 */
export function actionOfParts(chainId: bigint, { content, key, signature }: ActionParts): SignedAction {
  return decodeOrReject('action', () => {
    const reader = new Reader(content)
    const read = readContent(reader, chainId)
    reader.end()
    const kind = KEY_KINDS[new Reader(key).u8()]
    if (kind === undefined) throw new DecodeError('MALFORMED', 'unknown kind of key')
    const bytes = key.subarray(1)
    if (bytes.length > MAX_KEY_BYTES || signature.length > MAX_SIGNATURE_BYTES)
      throw new DecodeError('TOO_LARGE', 'a key or a signature is longer than any')
    return { ...read, publicKey: { kind, bytes }, signature }
  })
}
