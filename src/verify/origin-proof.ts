import { bytesToBase64Url, utf8Decode } from '../codec/bytes.ts'
import { canonicalJson, parseJson } from '../codec/canonical-json.ts'
import { DecodeError } from '../codec/error.ts'
import { fieldToHex } from '../crypto/field.ts'
import type { AssetDefinition } from '../ledger/asset.ts'
import { parseDefinition } from '../ledger/definition.ts'
import { JsonReader } from '../ledger/json-reader.ts'
import { MAX_AMOUNT, MAX_COUNTER } from '../ledger/params.ts'
import type { FinalityClaim } from './final-header.ts'
import { laterIn, laterToJson } from './finality-json.ts'
import { PROOF_BYTES } from './point-bytes.ts'

/** The `format` of a file with an origin proof. */
const ORIGIN_FORMAT = 'origin-1'
/** Largest file with an origin proof, in bytes: definition, purpose, header and the signatures of the largest quorum leave room. */
export const MAX_ORIGIN_BYTES = 256 * 1024
/** Longest text that says what a proof is made for, in characters. */
export const MAX_PURPOSE_CHARACTERS = 1_024
/** Hops of the largest circuit. */
const MAX_HOPS = 1_024

/** What shows who holds the units, for keys whose signatures no circuit checks (RSA). */
export interface HolderOpening {
  holding: number
  /** The first of the units, counted as the holding's arrivals. */
  unit: bigint
  salt: bigint
  /** DER SubjectPublicKeyInfo of the holder. */
  spki: Uint8Array
  signature: Uint8Array
}

/** An origin proof with what a verifier needs besides the genesis and the key. PROTOCOL.md, "Origin proofs". */
export interface OriginProof extends FinalityClaim {
  chainId: bigint
  /** Of the circuit: the hops are at most so many. */
  hops: number
  /** Of the asset. */
  definition: AssetDefinition
  length: bigint
  /** The serials of the units are in [serialLo, serialHi). */
  serialLo: bigint
  serialHi: bigint
  /** What the proof is made for, in words that the verifier chose. */
  purpose: string
  endCommit: bigint
  /** The holder's signature is checked in the proof. */
  holderProven: boolean
  /** As proofToBytes writes it. */
  proof: Uint8Array
  opening: HolderOpening | undefined
}

const read: JsonReader = new JsonReader('MALFORMED')
const MAX_HOLDING = 2 ** 32 - 1
const FIELDS = [
  'format',
  'chainId',
  'hops',
  'definition',
  'length',
  'serialLo',
  'serialHi',
  'purpose',
  'endCommit',
  'holderProven',
  'header',
  'finality',
  'proof',
]

/** The canonical JSON of an origin proof (RFC 8785). */
export function encodeOriginProof(origin: OriginProof): string {
  const { opening } = origin
  return canonicalJson({
    format: ORIGIN_FORMAT,
    chainId: fieldToHex(origin.chainId),
    hops: String(origin.hops),
    definition: origin.definition,
    length: String(origin.length),
    serialLo: String(origin.serialLo),
    serialHi: String(origin.serialHi),
    purpose: origin.purpose,
    endCommit: fieldToHex(origin.endCommit),
    holderProven: origin.holderProven,
    header: bytesToBase64Url(origin.header),
    finality: bytesToBase64Url(origin.finality),
    ...laterToJson(origin.later),
    proof: bytesToBase64Url(origin.proof),
    ...(opening !== undefined && {
      opening: {
        holding: String(opening.holding),
        unit: String(opening.unit),
        salt: fieldToHex(opening.salt),
        key: bytesToBase64Url(opening.spki),
        signature: bytesToBase64Url(opening.signature),
      },
    }),
  })
}

/** Whether bytes look like a file with an origin proof, as opposed to a certificate of origin: its `format` is one of origin proofs. */
export function isOriginProof(bytes: Uint8Array): boolean {
  if (bytes.length > MAX_ORIGIN_BYTES) return false
  try {
    const json = parseJson(utf8Decode(bytes), MAX_ORIGIN_BYTES)
    const format = typeof json === 'object' && json !== null && !Array.isArray(json) ? json.format : undefined
    return typeof format === 'string' && format.startsWith('origin-')
  } catch (error) {
    if (error instanceof DecodeError) return false
    throw error
  }
}

/**
 * Decodes an origin proof: its form alone, of which every part is checked and bounded. Nothing that it says is verified.
 * @throws DecodeError `TOO_LARGE`, `MALFORMED`, or `NOT_CANONICAL` if the text is not canonical JSON
 * @throws RejectionError `MALFORMED` with the path of the fault, `BAD_DEFINITION`
 */
export function decodeOriginProof(bytes: Uint8Array): OriginProof {
  if (bytes.length > MAX_ORIGIN_BYTES)
    throw new DecodeError('TOO_LARGE', `an origin proof has at most ${MAX_ORIGIN_BYTES} bytes`)
  const text = utf8Decode(bytes)
  const json = parseJson(text, MAX_ORIGIN_BYTES)
  const origin = fromJson(json)
  if (canonicalJson(json) !== text)
    throw new DecodeError('NOT_CANONICAL', 'the origin proof is not canonical JSON (RFC 8785)')
  return origin
}

function fromJson(json: unknown): OriginProof {
  const all = read.object(json, 'origin', FIELDS, ['later', 'opening'])
  if (all.format !== ORIGIN_FORMAT) read.fail('format', `must be ${ORIGIN_FORMAT}`)
  const { holderProven } = all
  if (typeof holderProven !== 'boolean') return read.fail('holderProven', 'must be true or false')
  const proof = read.bytes(all.proof, 'proof')
  if (proof.length !== PROOF_BYTES) read.fail('proof', `must have ${PROOF_BYTES} bytes`)
  const definition = parseDefinition(all.definition)
  const length = read.decimal(all.length, 'length', 1n, MAX_AMOUNT)
  const serialLo = read.decimal(all.serialLo, 'serialLo', 0n, MAX_AMOUNT)
  const serialHi = read.decimal(all.serialHi, 'serialHi', serialLo + length, BigInt(definition.cap))
  return {
    chainId: read.field(all.chainId, 'chainId'),
    hops: read.integer(all.hops, 'hops', 1, MAX_HOPS),
    definition,
    length,
    serialLo,
    serialHi,
    purpose: readPurpose(all.purpose),
    endCommit: read.field(all.endCommit, 'endCommit'),
    holderProven,
    header: read.bytes(all.header, 'header'),
    finality: read.bytes(all.finality, 'finality'),
    later: laterIn(read, all.later),
    proof,
    opening: all.opening === undefined ? undefined : openingOf(all.opening),
  }
}

/** A text that a proof can be made for. @throws RejectionError `MALFORMED` if it is too long, or not plain text */
export function readPurpose(value: unknown): string {
  return read.text(value, 'purpose', 0, MAX_PURPOSE_CHARACTERS)
}

function openingOf(json: unknown): HolderOpening {
  const all = read.object(json, 'opening', ['holding', 'unit', 'salt', 'key', 'signature'])
  return {
    holding: read.integer(all.holding, 'opening.holding', 0, MAX_HOLDING),
    unit: read.decimal(all.unit, 'opening.unit', 0n, MAX_COUNTER),
    salt: read.field(all.salt, 'opening.salt'),
    spki: read.bytes(all.key, 'opening.key'),
    signature: read.bytes(all.signature, 'opening.signature'),
  }
}
