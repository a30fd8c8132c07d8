import { base64UrlToBytes, bytesToBase64Url, concatBytes, utf8Decode } from '../codec/bytes.ts'
import { canonicalJson, type Json, parseJson } from '../codec/canonical-json.ts'
import { DecodeError } from '../codec/error.ts'
import { FIELD_BYTES, fieldFromBytes, fieldToHex, writeField } from '../crypto/field.ts'
import { JsonReader } from '../ledger/json-reader.ts'
import { MAX_COUNTER, MAX_ERA, MAX_NOTE_BYTES } from '../ledger/params.ts'
import { HASH_BYTES } from '../log/merkle.ts'
import { MAX_NOTE_BYTES as MAX_CHECKPOINT_BYTES } from '../log/note.ts'
import { MAX_PROOF_HASHES } from '../log/proofs.ts'
import type { TraceDirection, TraceRequest } from '../provenance/types.ts'

const CERTIFICATE_FORMAT = '1'
/** Largest certificate, in bytes. */
export const MAX_CERTIFICATE_BYTES = 64 * 1024 * 1024
/** Most records, and most holdings, of a certificate. */
export const MAX_ENTRIES = 1_000_000

/** Which units a certificate is about: a trace's request with all of its parts named, and the height as of which it is answered. */
export interface Question extends Pick<TraceRequest, 'asset' | 'account' | 'transfer'> {
  direction: TraceDirection
  /** As in a trace. */
  offset: bigint
  /** Number of units, at least 1. */
  length: bigint
  height: number
}

/** A record of the history. What is not here follows from the action, or from the genesis. */
export interface CertifiedRecord {
  position: number
  /** The canonical bytes of the action, with its signature; undefined for a record of the genesis, which has nothing but a position here. */
  action: Uint8Array | undefined
  fromHolding: number
  toHolding: number
  toStart: bigint
  blockEra: number
  /** A text whose H31 is the memo. */
  note: string | undefined
}

/** A record of the genesis, in a certificate. */
export const genesisRecord = (position: number): CertifiedRecord => ({
  position,
  action: undefined,
  fromHolding: 0,
  toHolding: 0,
  toStart: 0n,
  blockEra: 0,
  note: undefined,
})

/** Shows that the header is in a log that others cosigned. */
export interface CertifiedCheckpoint {
  /** A checkpoint as a signed note. */
  note: string
  /** The inclusion proof of the header under its root (RFC 6962). */
  inclusion: readonly Uint8Array[]
}

/** A leaf of the state tree. */
export interface CertifiedHolding {
  index: number
  account: bigint
  assetId: bigint
  inTotal: bigint
  outTotal: bigint
}

/** A header whose log of headers shows that an earlier one is of the same chain. */
export interface LaterHeader {
  /** Encoded. */
  header: Uint8Array
  /** The inclusion proof of the earlier header under its logRoot (RFC 6962). */
  inclusion: Uint8Array[]
}

/** What shows where units came from, or where they went, to someone who has the chain's genesis. PROTOCOL.md, "Certificates of origin". */
export interface Certificate {
  chainId: bigint
  question: Question
  /** The encoded header of the block after `question.height`. Its roots are of the state as of that height. */
  header: Uint8Array
  /** The encoded final certificate of that block, or of the later one. */
  finality: Uint8Array
  /** A later final header, whose log has the header; undefined if `finality` is of the header itself. */
  later: LaterHeader | undefined
  /** In order of position, each once. */
  records: CertifiedRecord[]
  /** Siblings of all positions under historyRoot, as `siblingsOf` orders them; the tree's size is the header's position. */
  history: bigint[]
  /** In order of index, each once. */
  holdings: CertifiedHolding[]
  /** Number of holdings of the state tree. */
  stateSize: number
  /** Siblings of all holdings under stateRoot. */
  state: bigint[]
  /** A cosigned checkpoint of the log of headers that contains the header. */
  checkpoint?: CertifiedCheckpoint | undefined
}

/** Why a certificate shows nothing at all. */
export type CertificateFault =
  | 'TOO_LARGE'
  | 'MALFORMED'
  | 'NOT_CANONICAL'
  | 'OTHER_VERSION'
  /** It is of another chain than the genesis. */
  | 'WRONG_CHAIN'
  /** Its header is not the one after the height that it is about. */
  | 'WRONG_HEIGHT'
  /** Its header is not in the log of the later one. */
  | 'NOT_IN_LOG'
  /** A record is not in the history of its header. */
  | 'NOT_IN_HISTORY'
  /** A holding is not in the state of its header. */
  | 'NOT_IN_STATE'
  /** A note is not what its record's memo is the hash of. */
  | 'WRONG_NOTE'
  /** Something in it is needed by no hop. */
  | 'SUPERFLUOUS'

/** A certificate that shows nothing, with the reason in words. */
export class CertificateError extends Error {
  readonly code: CertificateFault

  constructor(code: CertificateFault, message: string) {
    super(message)
    this.name = 'CertificateError'
    this.code = code
  }
}

const DIRECTIONS: readonly string[] = ['BACKWARD', 'FORWARD'] satisfies TraceDirection[]
const MAX_U48 = 2 ** 48 - 1
const MAX_HOLDING = 2 ** 32 - 1
const read = new JsonReader('MALFORMED')

/** The canonical JSON of a certificate (RFC 8785): texts, integers as decimal strings, field elements in hex, bytes in base64url. */
export function encodeCertificate(certificate: Certificate): string {
  const { question, records, holdings } = certificate
  return canonicalJson({
    format: CERTIFICATE_FORMAT,
    chainId: fieldToHex(certificate.chainId),
    question: {
      ...(question.asset !== undefined && { asset: fieldToHex(question.asset) }),
      ...(question.account !== undefined && { account: fieldToHex(question.account) }),
      ...(question.transfer !== undefined && { transfer: fieldToHex(question.transfer) }),
      direction: question.direction,
      offset: String(question.offset),
      length: String(question.length),
      height: String(question.height),
    },
    header: bytesToBase64Url(certificate.header),
    finality: bytesToBase64Url(certificate.finality),
    ...(certificate.later !== undefined && {
      later: {
        header: bytesToBase64Url(certificate.later.header),
        inclusion: bytesToBase64Url(concatBytes(...certificate.later.inclusion)),
      },
    }),
    records: records.map(recordToJson),
    history: fieldsToText(certificate.history),
    holdings: holdings.map(({ index, account, assetId, inTotal, outTotal }) => ({
      index: String(index),
      account: fieldToHex(account),
      asset: fieldToHex(assetId),
      inTotal: String(inTotal),
      outTotal: String(outTotal),
    })),
    stateSize: String(certificate.stateSize),
    state: fieldsToText(certificate.state),
    ...(certificate.checkpoint !== undefined && {
      checkpoint: {
        note: certificate.checkpoint.note,
        inclusion: bytesToBase64Url(concatBytes(...certificate.checkpoint.inclusion)),
      },
    }),
  })
}

function recordToJson({
  position,
  action,
  fromHolding,
  toHolding,
  toStart,
  blockEra,
  note,
}: CertifiedRecord) {
  if (action === undefined) return { position: String(position) }
  return {
    position: String(position),
    action: bytesToBase64Url(action),
    fromHolding: String(fromHolding),
    toHolding: String(toHolding),
    toStart: String(toStart),
    blockEra: String(blockEra),
    ...(note !== undefined && { note }),
  }
}

/**
 * Decodes a certificate: its form alone, of which every part is checked and bounded. Nothing that it says is verified.
 * @throws DecodeError `TOO_LARGE`, `MALFORMED`, or `NOT_CANONICAL` if the text is not canonical JSON
 * @throws RejectionError `MALFORMED` with the path of the fault
 * @throws CertificateError `OTHER_VERSION`
 */
export function decodeCertificate(bytes: Uint8Array): Certificate {
  if (bytes.length > MAX_CERTIFICATE_BYTES)
    throw new DecodeError('TOO_LARGE', `a certificate has at most ${MAX_CERTIFICATE_BYTES} bytes`)
  const text = utf8Decode(bytes)
  const json = parseJson(text, MAX_CERTIFICATE_BYTES)
  const certificate = fromJson(json)
  if (canonicalJson(json) !== text)
    throw new DecodeError('NOT_CANONICAL', 'the certificate is not canonical JSON (RFC 8785)')
  return certificate
}

function fromJson(json: Json): Certificate {
  const { format } = read.entries(json, 'certificate')
  if (format !== CERTIFICATE_FORMAT)
    throw new CertificateError(
      'OTHER_VERSION',
      `the certificate does not have format ${CERTIFICATE_FORMAT}: check it with the version of the software that made it`,
    )
  const parts = ['header', 'finality', 'records', 'history', 'holdings', 'stateSize', 'state']
  const all = read.object(
    json,
    'certificate',
    ['format', 'chainId', 'question', ...parts],
    ['later', 'checkpoint'],
  )
  return {
    chainId: read.field(all.chainId, 'chainId'),
    question: questionOf(all.question),
    header: bytesOf(all.header, 'header'),
    finality: bytesOf(all.finality, 'finality'),
    later: all.later === undefined ? undefined : laterOf(all.later),
    records: inOrder(
      read.list(all.records, 'records', MAX_ENTRIES).map((record, i) => recordOf(record, `records.${i}`)),
      ({ position }) => position,
      'records',
    ),
    history: fieldsOf(all.history, 'history'),
    holdings: inOrder(
      read.list(all.holdings, 'holdings', MAX_ENTRIES).map((h, i) => holdingOf(h, `holdings.${i}`)),
      ({ index }) => index,
      'holdings',
    ),
    stateSize: read.integer(all.stateSize, 'stateSize', 0, MAX_HOLDING),
    state: fieldsOf(all.state, 'state'),
    ...(all.checkpoint !== undefined && { checkpoint: checkpointOf(all.checkpoint) }),
  }
}

function checkpointOf(json: unknown): CertifiedCheckpoint {
  const { note, inclusion } = read.object(json, 'checkpoint', ['note', 'inclusion'])
  return {
    note: read.text(note, 'checkpoint.note', 1, MAX_CHECKPOINT_BYTES, true),
    inclusion: hashesOf(inclusion, 'checkpoint.inclusion'),
  }
}

function laterOf(json: unknown): LaterHeader {
  const { header, inclusion } = read.object(json, 'later', ['header', 'inclusion'])
  return { header: bytesOf(header, 'later.header'), inclusion: hashesOf(inclusion, 'later.inclusion') }
}

/** The hashes of an inclusion proof, one after another. */
function hashesOf(json: unknown, path: string): Uint8Array[] {
  const bytes = bytesOf(json, path)
  if (bytes.length % HASH_BYTES !== 0 || bytes.length > MAX_PROOF_HASHES * HASH_BYTES)
    read.fail(path, `must be at most ${MAX_PROOF_HASHES} hashes of ${HASH_BYTES} bytes`)
  const count = bytes.length / HASH_BYTES
  return Array.from({ length: count }, (_, i) => bytes.slice(i * HASH_BYTES, (i + 1) * HASH_BYTES))
}

function questionOf(json: unknown): Question {
  const path = 'question'
  const all = read.object(
    json,
    path,
    ['direction', 'offset', 'length', 'height'],
    ['asset', 'account', 'transfer'],
  )
  const field = (name: 'asset' | 'account' | 'transfer') =>
    all[name] === undefined ? {} : { [name]: read.field(all[name], `${path}.${name}`) }
  const named = ['asset', 'account', 'transfer'].filter((name) => all[name] !== undefined).join()
  if (!['asset', 'asset,account', 'transfer'].includes(named))
    read.fail(path, 'must name a transfer, or an asset, or an asset and an account')
  const { direction } = all
  if (typeof direction !== 'string' || !DIRECTIONS.includes(direction))
    return read.fail(`${path}.direction`, `must be ${DIRECTIONS.join(' or ')}`)
  return {
    ...field('asset'),
    ...field('account'),
    ...field('transfer'),
    direction: direction as TraceDirection,
    offset: read.decimal(all.offset, `${path}.offset`, 0n, MAX_COUNTER),
    length: read.decimal(all.length, `${path}.length`, 1n, MAX_COUNTER),
    height: read.integer(all.height, `${path}.height`, 0, MAX_U48),
  }
}

function recordOf(json: unknown, path: string): CertifiedRecord {
  const { action } = read.entries(json, path)
  const moves = ['action', 'fromHolding', 'toHolding', 'toStart', 'blockEra']
  const all = read.object(
    json,
    path,
    ['position', ...(action === undefined ? [] : moves)],
    action === undefined ? [] : ['note'],
  )
  const position = read.integer(all.position, `${path}.position`, 0, MAX_U48)
  if (action === undefined) return genesisRecord(position)
  return {
    position,
    action: bytesOf(action, `${path}.action`),
    fromHolding: read.integer(all.fromHolding, `${path}.fromHolding`, 0, MAX_HOLDING),
    toHolding: read.integer(all.toHolding, `${path}.toHolding`, 0, MAX_HOLDING),
    toStart: read.decimal(all.toStart, `${path}.toStart`, 0n, MAX_COUNTER),
    blockEra: read.integer(all.blockEra, `${path}.blockEra`, 0, MAX_ERA),
    note: all.note === undefined ? undefined : read.text(all.note, `${path}.note`, 0, MAX_NOTE_BYTES, true),
  }
}

function holdingOf(json: unknown, path: string): CertifiedHolding {
  const all = read.object(json, path, ['index', 'account', 'asset', 'inTotal', 'outTotal'])
  return {
    index: read.integer(all.index, `${path}.index`, 0, MAX_HOLDING),
    account: read.field(all.account, `${path}.account`),
    assetId: read.field(all.asset, `${path}.asset`),
    inTotal: read.decimal(all.inTotal, `${path}.inTotal`, 0n, MAX_COUNTER),
    outTotal: read.decimal(all.outTotal, `${path}.outTotal`, 0n, MAX_COUNTER),
  }
}

function inOrder<T>(entries: T[], keyOf: (entry: T) => number, path: string): T[] {
  entries.forEach((entry, i) => {
    if (i > 0 && keyOf(entries[i - 1]!) >= keyOf(entry)) read.fail(`${path}.${i}`, 'is out of order')
  })
  return entries
}

function bytesOf(json: unknown, path: string): Uint8Array {
  if (typeof json !== 'string') return read.fail(path, 'must be base64url')
  try {
    return base64UrlToBytes(json)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return read.fail(path, 'must be base64url without padding')
  }
}

function fieldsToText(fields: readonly bigint[]): string {
  const bytes = new Uint8Array(fields.length * FIELD_BYTES)
  for (const [i, field] of fields.entries()) writeField(field, bytes, i * FIELD_BYTES)
  return bytesToBase64Url(bytes)
}

function fieldsOf(json: unknown, path: string): bigint[] {
  const bytes = bytesOf(json, path)
  if (bytes.length % FIELD_BYTES !== 0) read.fail(path, `must be elements of ${FIELD_BYTES} bytes`)
  return Array.from({ length: bytes.length / FIELD_BYTES }, (_, i) => {
    try {
      return fieldFromBytes(bytes.subarray(i * FIELD_BYTES, (i + 1) * FIELD_BYTES))
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      return read.fail(path, 'has an element at or above the field order')
    }
  })
}
