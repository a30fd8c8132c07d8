import { fieldFromBytes, fieldToBytes } from '../../crypto/field.ts'

/** What identifies an object of each type. */
export type NodeKey =
  | { type: 'Block'; height: number }
  | { type: 'Transfer'; hash: bigint }
  | { type: 'Account'; account: bigint }
  | { type: 'Asset'; assetId: bigint }
  | { type: 'Holding'; account: bigint; assetId: bigint }
  | { type: 'Batch'; index: number }

/** The first byte of an id names the type. */
const TAGS = { Block: 1, Transfer: 2, Account: 3, Asset: 4, Holding: 5, Batch: 6 } as const
const FIELD_BYTES = 32
const NUMBER_BYTES = 8

/** The id of an object: base64url over a byte for its type and the bytes of its key. */
export function nodeId(key: NodeKey): string {
  return Buffer.concat([Uint8Array.of(TAGS[key.type]), keyBytes(key)]).toString('base64url')
}

/** The key in an id; undefined for a text that is not the id of anything. */
export function parseNodeId(id: string): NodeKey | undefined {
  if (id.length > 100) return undefined
  const bytes = Buffer.from(id, 'base64url')
  const key = decode(bytes[0] ?? 0, bytes.subarray(1))
  return key !== undefined && nodeId(key) === id ? key : undefined
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
      const number = bytes.length === NUMBER_BYTES ? Number(bytes.readBigUInt64BE()) : undefined
      if (number === undefined || !Number.isSafeInteger(number)) return undefined
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

/** The field element of 32 bytes; undefined for other bytes. */
function fieldOf(bytes: Uint8Array): bigint | undefined {
  try {
    return fieldFromBytes(bytes)
  } catch {
    return undefined
  }
}
