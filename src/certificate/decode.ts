import { utf8, utf8Decode } from '../codec/bytes.ts'
import { canonicalJson, type Json, parseJson } from '../codec/canonical-json.ts'
import { DecodeError } from '../codec/error.ts'
import { FIELD_BYTES, fieldFromBytes } from '../crypto/field.ts'
import { JsonReader } from '../ledger/json-reader.ts'
import { MAX_COUNTER, MAX_ERA, MAX_NOTE_BYTES } from '../ledger/params.ts'
import { MAX_NOTE_BYTES as MAX_CHECKPOINT_BYTES } from '../log/note.ts'
import type { TraceDirection } from '../provenance/types.ts'
import { hashesIn, laterIn } from '../verify/finality-json.ts'
import {
  CERTIFICATE_FORMAT,
  type Certificate,
  CertificateError,
  type CertifiedCheckpoint,
  type CertifiedHolding,
  type CertifiedRecord,
  genesisRecord,
  MAX_CERTIFICATE_BYTES,
  MAX_ENTRIES,
  type Question,
} from './certificate.ts'

const DIRECTIONS: readonly string[] = ['BACKWARD', 'FORWARD'] satisfies TraceDirection[]
const MAX_U48 = 2 ** 48 - 1
const MAX_HOLDING = 2 ** 32 - 1
const read = new JsonReader('MALFORMED')

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
  const parts = ['header', 'finality', 'keys', 'records', 'history', 'holdings', 'stateSize', 'state']
  const all = read.object(
    json,
    'certificate',
    ['format', 'chainId', 'question', ...parts],
    ['later', 'checkpoint'],
  )
  return {
    chainId: read.field(all.chainId, 'chainId'),
    question: questionOf(all.question),
    header: read.bytes(all.header, 'header'),
    finality: read.bytes(all.finality, 'finality'),
    later: laterIn(read, all.later),
    records: inOrder(recordsOf(all.records, keysOf(all.keys)), ({ position }) => position, 'records'),
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
    inclusion: hashesIn(read, inclusion, 'checkpoint.inclusion'),
  }
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

/** The keys of the actions: a kind and a key each, none twice. */
function keysOf(json: unknown): Uint8Array[] {
  const texts = read.list(json, 'keys', MAX_ENTRIES)
  if (new Set(texts).size < texts.length) read.fail('keys', 'has a key twice')
  return texts.map((text, i) => {
    const key = read.bytes(text, `keys.${i}`)
    return key.length > 0 ? key : read.fail(`keys.${i}`, 'has no kind')
  })
}

/** @param keys in the order in which the records name them */
function recordsOf(json: unknown, keys: readonly Uint8Array[]): CertifiedRecord[] {
  let named = 0
  const records = read.list(json, 'records', MAX_ENTRIES).map((record, i) =>
    recordOf(record, `records.${i}`, (place) => {
      if (place === named) named++
      return place < named ? keys[place] : undefined
    }),
  )
  if (named !== keys.length) read.fail('keys', 'are others than those of the records, or in another order')
  return records
}

function recordOf(
  json: unknown,
  path: string,
  keyAt: (place: number) => Uint8Array | undefined,
): CertifiedRecord {
  const { action } = read.entries(json, path)
  const moves = ['action', 'key', 'signature', 'fromHolding', 'toHolding', 'toStart', 'blockEra']
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
    action: {
      content: read.bytes(action, `${path}.action`),
      key:
        keyAt(read.integer(all.key, `${path}.key`, 0, MAX_ENTRIES - 1)) ??
        read.fail(`${path}.key`, 'must be a key that was named before, or the next one'),
      signature: read.bytes(all.signature, `${path}.signature`),
    },
    fromHolding: read.integer(all.fromHolding, `${path}.fromHolding`, 0, MAX_HOLDING),
    toHolding: read.integer(all.toHolding, `${path}.toHolding`, 0, MAX_HOLDING),
    toStart: read.decimal(all.toStart, `${path}.toStart`, 0n, MAX_COUNTER),
    blockEra: read.integer(all.blockEra, `${path}.blockEra`, 0, MAX_ERA),
    note: all.note === undefined ? undefined : noteOf(all.note, `${path}.note`),
  }
}

function noteOf(json: unknown, path: string): string {
  const note = read.text(json, path, 0, MAX_NOTE_BYTES, true)
  return utf8(note).length <= MAX_NOTE_BYTES ? note : read.fail(path, `has more than ${MAX_NOTE_BYTES} bytes`)
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

function fieldsOf(json: unknown, path: string): bigint[] {
  const bytes = read.bytes(json, path)
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
