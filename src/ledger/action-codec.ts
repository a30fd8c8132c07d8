import { Reader, Writer } from '../codec/binary.ts'
import { utf8, utf8Decode } from '../codec/bytes.ts'
import { parseJson } from '../codec/canonical-json.ts'
import { DecodeError } from '../codec/error.ts'
import { FIELD_BYTES, fieldFromBytes, fieldToBytes } from '../crypto/field.ts'
import { sha256 } from '../crypto/hash.ts'
import type { KeyKind, PublicKey, SignedAction, SignedRegister, SignedTransfer, Transfer } from './action.ts'
import { decodeOrReject } from './decode-or-reject.ts'
import { canonicalDefinition, parseDefinition } from './definition.ts'
import { MAX_ACTION_BYTES, MAX_DEFINITION_BYTES } from './params.ts'

const ACTION_VERSION = 1
const TYPE_TRANSFER = 0
const TYPE_REGISTER = 1
/** By the byte that stands for each. */
export const KEY_KINDS: readonly KeyKind[] = ['eddsa', 'rsa']
/** Widths of counters and amounts: 120 and 112 bits. */
const COUNTER_BYTES = 15
const AMOUNT_BYTES = 14
/** The largest key is RSA with 4096 bits: its SPKI has 550 bytes, its signature 512. */
export const MAX_KEY_BYTES = 600
export const MAX_SIGNATURE_BYTES = 512

/** The canonical encoding of an action with its key and signature. PROTOCOL.md, "Actions". */
export function encodeAction(action: SignedAction): Uint8Array {
  return writeContent(new Writer(), action)
    .u8(KEY_KINDS.indexOf(action.publicKey.kind))
    .varBytes(action.publicKey.bytes)
    .varBytes(action.signature)
    .done()
}

/** Writes an encoded action up to its key. @param withChain false leaves the chainId out */
export function writeContent(writer: Writer, action: SignedAction, withChain = true): Writer {
  const isTransfer = action.type === 'transfer'
  writer.u8(ACTION_VERSION).u8(isTransfer ? TYPE_TRANSFER : TYPE_REGISTER)
  const chainId = isTransfer ? action.transfer.chainId : action.chainId
  if (withChain) writer.fixed(fieldToBytes(chainId))
  if (isTransfer) writeTransfer(writer, action.transfer)
  else writer.u48(action.era).varBytes(utf8(canonicalDefinition(action.definition)))
  return writer
}

function writeTransfer(writer: Writer, t: Transfer): void {
  writer
    .fixed(fieldToBytes(t.from))
    .fixed(fieldToBytes(t.to))
    .fixed(fieldToBytes(t.assetId))
    .uint(t.fromStart, COUNTER_BYTES)
    .uint(t.amount, AMOUNT_BYTES)
    .u48(t.era)
    .fixed(fieldToBytes(t.memo))
}

/**
 * Decodes an action. Checks only its encoding; the key, the signature and the rules of the ledger are checked elsewhere.
 * @throws RejectionError `TOO_LARGE`, `MALFORMED`, `NOT_CANONICAL` or `BAD_DEFINITION`
 */
export function decodeAction(bytes: Uint8Array): SignedAction {
  return decodeOrReject('action', () => {
    if (bytes.length > MAX_ACTION_BYTES) {
      throw new DecodeError(
        'TOO_LARGE',
        `${bytes.length} bytes where at most ${MAX_ACTION_BYTES} are allowed`,
      )
    }
    const reader = new Reader(bytes)
    const content = readContent(reader)
    const publicKey = readPublicKey(reader)
    const signature = reader.varBytes(MAX_SIGNATURE_BYTES)
    reader.end()
    return { ...content, publicKey, signature }
  })
}

type Content = Pick<SignedTransfer, 'type' | 'transfer'> | Omit<SignedRegister, 'publicKey' | 'signature'>

/**
 * Reads an encoded action up to its key.
 * @param chainId given if it was left out
 * @throws DecodeError or RejectionError as `decodeAction`
 */
export function readContent(reader: Reader, chainId?: bigint): Content {
  if (reader.u8() !== ACTION_VERSION) throw new DecodeError('MALFORMED', 'unknown version')
  const type = reader.u8()
  if (type !== TYPE_TRANSFER && type !== TYPE_REGISTER)
    throw new DecodeError('MALFORMED', `unknown type ${type}`)
  const chain = chainId ?? readField(reader)
  return type === TYPE_TRANSFER
    ? { type: 'transfer', transfer: readTransfer(reader, chain) }
    : readRegister(reader, chain)
}

function readTransfer(reader: Reader, chainId: bigint): Transfer {
  return {
    chainId,
    from: readField(reader),
    to: readField(reader),
    assetId: readField(reader),
    fromStart: reader.uint(COUNTER_BYTES),
    amount: reader.uint(AMOUNT_BYTES),
    era: reader.u48(),
    memo: readField(reader),
  }
}

function readRegister(reader: Reader, chainId: bigint): Omit<SignedRegister, 'publicKey' | 'signature'> {
  const era = reader.u48()
  const text = utf8Decode(reader.varBytes(MAX_DEFINITION_BYTES))
  const definition = parseDefinition(parseJson(text, MAX_DEFINITION_BYTES))
  if (canonicalDefinition(definition) !== text) {
    throw new DecodeError('NOT_CANONICAL', 'definition is not in its canonical form (RFC 8785)')
  }
  return { type: 'register', chainId, definition, era }
}

function readPublicKey(reader: Reader): PublicKey {
  const kind = KEY_KINDS[reader.u8()]
  if (kind === undefined) throw new DecodeError('MALFORMED', 'unknown kind of key')
  return { kind, bytes: reader.varBytes(MAX_KEY_BYTES) }
}

function readField(reader: Reader): bigint {
  return fieldFromBytes(reader.fixed(FIELD_BYTES))
}

/** SHA-256 of an encoded action: its name between peers. It covers the signature, so two signatures of one transfer have different ids. */
export function actionId(bytes: Uint8Array): Uint8Array {
  return sha256(bytes)
}
