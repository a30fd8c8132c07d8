import { bytesToHex } from '../codec/bytes.ts'
import { Failure } from '../config/failure.ts'
import { parsePoint1 } from '../verify/points.ts'
import { parseVerificationKey, vkHash } from '../verify/verification-key.ts'
import { MAX_DOMAIN, viewOf } from './sections.ts'
import type { JsonPoint1, VerificationKeyJson } from './zkey.ts'

/** The sums of points that a proof consists of. */
export const SUMS = ['a', 'b1', 'b2', 'c', 'h'] as const
export type SumName = (typeof SUMS)[number]

/** The parts of a key's body. */
export type PartName =
  | 'values'
  | `${'rowsA' | 'rowsB' | 'merged'}${'Starts' | 'Entries'}`
  | `${SumName}${'Points' | 'Wires'}`

/**
 * What precedes the body of a key. The body is what the kernels read, byte for byte as they read it, so it is loaded by one copy. Each part is at
 * a multiple of 64.
 */
export interface KeyHeader {
  /** SHA-256 of the zkey that the key is made from, 64 hex digits. */
  zkey: string
  /** vkHash of the verification key. */
  vkHash: string
  wires: number
  /** Sums of wires that stand for points that were merged; they are numbered after the wires. */
  merged: number
  publicSignals: number
  domain: number
  /** Points per sum. */
  counts: Record<SumName, number>
  parts: Record<PartName, { at: number; bytes: number }>
  bodyBytes: number
  verificationKey: VerificationKeyJson
  beta1: JsonPoint1
  delta1: JsonPoint1
}

/** A key: its header, and its body as the kernels read it. */
export interface ProvingKey {
  header: KeyHeader
  body: Uint8Array
}

const MAGIC = 'inpigrit'
const VERSION = 1
/** Read in the other byte order it is 0x04030201. */
const ORDER_MARK = 0x01020304
const HASH_BYTES = 32
/** Magic, version, byte order, length of the header, SHA-256 of all that follows. */
export const PREFIX_BYTES = 20 + HASH_BYTES
/** A header has about 64 points in decimal at most. */
const MAX_HEADER_BYTES = 65_536
/** A point of G1 in a body; one of G2 has twice as many. */
const POINT_BYTES = 72

/** SHA-256 of parts that follow each other. */
export type Sha256 = (...parts: readonly Uint8Array[]) => Uint8Array

/** The parts of a key file: prefix, header in JSON, body. */
export function encodeKey({ header, body }: ProvingKey, sha256: Sha256): Uint8Array[] {
  const json = new TextEncoder().encode(JSON.stringify(header))
  const prefix = new Uint8Array(PREFIX_BYTES)
  const view = viewOf(prefix)
  prefix.set(new TextEncoder().encode(MAGIC))
  view.setUint32(8, VERSION, true)
  view.setUint32(12, ORDER_MARK, true)
  view.setUint32(16, json.length, true)
  prefix.set(sha256(json, body), 20)
  return [prefix, json, body]
}

/** @returns the length of the header. @throws Failure KEY_DAMAGED */
export function headerBytes(prefix: Uint8Array): number {
  if (prefix.length !== PREFIX_BYTES) throw damaged('it is cut')
  if (new TextDecoder('latin1').decode(prefix.subarray(0, 8)) !== MAGIC)
    throw damaged('it is of another kind')
  const view = viewOf(prefix)
  if (view.getUint32(12, false) === ORDER_MARK) throw damaged('it has another byte order')
  if (view.getUint32(8, true) !== VERSION || view.getUint32(12, true) !== ORDER_MARK)
    throw damaged('it has another version')
  const length = view.getUint32(16, true)
  if (length > MAX_HEADER_BYTES) throw damaged('its header is too long')
  return length
}

/** @throws Failure KEY_DAMAGED */
export function parseHeader(json: Uint8Array): KeyHeader {
  let header: KeyHeader
  try {
    header = JSON.parse(new TextDecoder().decode(json))
  } catch {
    throw damaged('its header cannot be read')
  }
  const key = parseVerificationKey(header?.verificationKey)
  const isWhole =
    key !== undefined &&
    vkHash(key) === header.vkHash &&
    key.publicSignals === header.publicSignals &&
    [header.beta1, header.delta1].every((point) => parsePoint1(point) !== undefined) &&
    fits(header)
  if (!isWhole) throw damaged('its header contradicts itself')
  return header
}

/** Whether sizes are in range, and each part is as large as they say and lies in the body. */
function fits({ wires, merged, publicSignals, domain, counts, parts, bodyBytes }: KeyHeader): boolean {
  const isCount = (value: unknown) => Number.isInteger(value) && (value as number) >= 0
  if (![wires, merged, domain, bodyBytes, ...SUMS.map((name) => counts?.[name])].every(isCount)) return false
  if (domain < 2 || domain > MAX_DOMAIN || !Number.isInteger(Math.log2(domain))) return false
  if (publicSignals >= wires) return false
  const has = (name: PartName, bytes?: number) => {
    const part = parts?.[name]
    if (!isCount(part?.at) || !isCount(part?.bytes) || part!.at + part!.bytes > bodyBytes) return false
    return bytes === undefined || part!.bytes === bytes
  }
  const rows = (['rowsA', 'rowsB'] as const).every(
    (name) => has(`${name}Starts`, 4 * (domain + 1)) && has(`${name}Entries`),
  )
  const sums = SUMS.every(
    (name) =>
      has(`${name}Points`, POINT_BYTES * (name === 'b2' ? 2 : 1) * counts[name]) &&
      has(`${name}Wires`, 4 * counts[name]),
  )
  return rows && sums && has('values') && has('mergedStarts', 4 * (merged + 1)) && has('mergedEntries')
}

/** @param digest SHA-256 of header and body. @throws Failure KEY_DAMAGED unless the prefix states it */
export function checkDigest(prefix: Uint8Array, digest: Uint8Array): void {
  if (bytesToHex(prefix.subarray(20)) !== bytesToHex(digest)) throw damaged('its hash is another')
}

export function damaged(why: string): Failure {
  return new Failure('KEY_DAMAGED', `the key file is damaged: ${why}`, {
    hint: 'remove it: it is made again from the .zkey',
  })
}
