import { bytesToBase64Url, concatBytes } from '../codec/bytes.ts'
import { canonicalJson } from '../codec/canonical-json.ts'
import { FIELD_BYTES, fieldToHex, writeField } from '../crypto/field.ts'
import { laterToJson } from '../verify/finality-json.ts'
import { CERTIFICATE_FORMAT, type Certificate, type CertifiedRecord } from './certificate.ts'

/** The canonical JSON of a certificate (RFC 8785): texts, integers as decimal strings, field elements in hex, bytes in base64url. */
export function encodeCertificate(certificate: Certificate): string {
  const { question, records, holdings } = certificate
  const keys = new KeyTable()
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
    ...laterToJson(certificate.later),
    records: records.map((record) => recordToJson(record, keys)),
    keys: keys.texts,
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

/** The keys of actions, each once, in the order in which the records name them. */
class KeyTable {
  readonly #places = new Map<string, number>()

  /** The place of a key, which is added if it is new. */
  placeOf(key: Uint8Array): number {
    const text = bytesToBase64Url(key)
    const place = this.#places.get(text) ?? this.#places.size
    this.#places.set(text, place)
    return place
  }

  get texts(): string[] {
    return [...this.#places.keys()]
  }
}

function recordToJson(
  { position, action, fromHolding, toHolding, toStart, blockEra, note }: CertifiedRecord,
  keys: KeyTable,
) {
  if (action === undefined) return { position: String(position) }
  return {
    position: String(position),
    action: bytesToBase64Url(action.content),
    key: String(keys.placeOf(action.key)),
    signature: bytesToBase64Url(action.signature),
    fromHolding: String(fromHolding),
    toHolding: String(toHolding),
    toStart: String(toStart),
    blockEra: String(blockEra),
    ...(note !== undefined && { note }),
  }
}

function fieldsToText(fields: readonly bigint[]): string {
  const bytes = new Uint8Array(fields.length * FIELD_BYTES)
  for (const [i, field] of fields.entries()) writeField(field, bytes, i * FIELD_BYTES)
  return bytesToBase64Url(bytes)
}
