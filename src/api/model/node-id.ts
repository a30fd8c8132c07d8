import { fieldFromBytes, fieldToBytes } from '../../crypto/field.ts'

/** What identifies an object of each type. */
export type NodeKey =
  | { type: 'Block'; height: number }
  | { type: 'Transfer'; hash: bigint }
  | { type: 'Account'; account: bigint }
  | { type: 'Asset'; assetId: bigint }
  | { type: 'Holding'; account: bigint; assetId: bigint }
  | { type: 'Batch'; index: number }

/** An object, now or as of a height. */
export interface NodeName {
  key: NodeKey
  height: number | undefined
}

/** The first byte of an id names the type; with PAST, the height follows. */
const TAGS = { Block: 1, Transfer: 2, Account: 3, Asset: 4, Holding: 5, Batch: 6 } as const
const PAST = 128
const FIELD_BYTES = 32
const NUMBER_BYTES = 8

/**
 * The id of an object: base64url over a byte for its type, the height and the bytes of its key.
 * @param height as of which the object is meant; undefined for the present one
 */
export function nodeId(key: NodeKey, height: number | undefined): string {
  const tag = TAGS[key.type]
  const head = height === undefined ? [Uint8Array.of(tag)] : [Uint8Array.of(tag | PAST), numberBytes(height)]
  return Buffer.concat([...head, keyBytes(key)]).toString('base64url')
}

/** What an id names; undefined for a text that is not the id of anything. */
export function parseNodeId(id: string): NodeName | undefined {
  if (id.length > 110) return undefined
  const bytes = Buffer.from(id, 'base64url')
  const tag = bytes[0] ?? 0
  const isPast = tag >= PAST
  const height = isPast ? numberOf(bytes.subarray(1, 1 + NUMBER_BYTES)) : undefined
  const key = decode(tag % PAST, bytes.subarray(isPast ? 1 + NUMBER_BYTES : 1))
  return key !== undefined && nodeId(key, height) === id ? { key, height } : undefined
}

function keyBytes(key: NodeKey): Uint8Array {
  switch (key.type) {
    case 'Block':
      return numberBytes(key.height)
    case 'Transfer':
      return fieldToBytes(key.hash)
    case 'Account':
      return fieldToBytes(key.account)
    case 'Asset':
      return fieldToBytes(key.assetId)
    case 'Holding':
      return Buffer.concat([fieldToBytes(key.account), fieldToBytes(key.assetId)])
    case 'Batch':
      return numberBytes(key.index)
  }
}

function decode(tag: number, bytes: Buffer): NodeKey | undefined {
  switch (tag) {
    case TAGS.Block:
    case TAGS.Batch: {
      const number = numberOf(bytes)
      if (number === undefined) return undefined
      return tag === TAGS.Block ? { type: 'Block', height: number } : { type: 'Batch', index: number }
    }
    case TAGS.Holding: {
      const [account, assetId] = [
        fieldOf(bytes.subarray(0, FIELD_BYTES)),
        fieldOf(bytes.subarray(FIELD_BYTES)),
      ]
      return account === undefined || assetId === undefined
        ? undefined
        : { type: 'Holding', account, assetId }
    }
    default: {
      const field = fieldOf(bytes)
      if (field === undefined) return undefined
      if (tag === TAGS.Transfer) return { type: 'Transfer', hash: field }
      if (tag === TAGS.Account) return { type: 'Account', account: field }
      return tag === TAGS.Asset ? { type: 'Asset', assetId: field } : undefined
    }
  }
}

function numberBytes(value: number): Uint8Array {
  const bytes = Buffer.alloc(NUMBER_BYTES)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}

/** The number of 8 bytes; undefined for other bytes, and above 2^53. */
function numberOf(bytes: Buffer): number | undefined {
  const number = bytes.length === NUMBER_BYTES ? Number(bytes.readBigUInt64BE()) : undefined
  return Number.isSafeInteger(number) ? number : undefined
}

/** The field element of 32 bytes; undefined for other bytes. */
function fieldOf(bytes: Uint8Array): bigint | undefined {
  try {
    return fieldFromBytes(bytes)
  } catch {
    return undefined
  }
}
