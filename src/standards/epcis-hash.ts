import { bytesToHex, utf8 } from '../codec/bytes.ts'
import { sha256 } from '../crypto/hash.ts'
import { isoTime } from './event-time.ts'

/** A value of an EPCIS event in JSON-LD. */
export type EventValue = string | number | readonly EventValue[] | { readonly [name: string]: EventValue }
/** An EPCIS event in JSON-LD. */
export interface EventObject {
  readonly [name: string]: EventValue
}

/** Full names of the prefixes of a JSON-LD context. */
export type Prefixes = Readonly<Record<string, string>>

/** What a property contributes, after its name. */
type Part = (value: EventValue, prefixes: Prefixes) => string

const CBV = 'https://ref.gs1.org/cbv/'
const text: Part = (value) => `=${value}`
const uri: Part = (value) => `=${canonicalUri(String(value))}`
const time: Part = (value) => `=${roundedTime(String(value))}`
/** A word of the Core Business Vocabulary, which stands for a URI, or another URI. */
const word =
  (kind: string): Part =>
  (value) =>
    `=${String(value).includes(':') ? value : `${CBV}${kind}-${value}`}`
const listOf =
  (part: (item: EventValue, prefixes: Prefixes) => string): Part =>
  (value, prefixes) =>
    sorted((value as EventValue[]).map((item) => part(item, prefixes)))
const epcs = listOf((item) => `epc=${canonicalUri(String(item))}`)
const quantities = listOf(
  (item, prefixes) =>
    `quantityElement${inOrder(item as EventObject, { epcClass: uri, quantity: text, uom: text }, prefixes)}`,
)
const typed = (kind: string, name: string): Part =>
  listOf((item, prefixes) => inOrder(item as EventObject, { type: word(kind), [name]: uri }, prefixes))
const place: Part = (value, prefixes) => inOrder(value as EventObject, { id: uri }, prefixes)

/** The properties in the order of the algorithm, without those of sensors and of corrections. */
const ORDER: Readonly<Record<string, Part>> = {
  eventTime: time,
  eventTimeZoneOffset: text,
  certificationInfo: uri,
  epcList: epcs,
  parentID: uri,
  childEPCs: epcs,
  inputEPCList: epcs,
  childQuantityList: quantities,
  quantityList: quantities,
  inputQuantityList: quantities,
  outputEPCList: epcs,
  outputQuantityList: quantities,
  action: text,
  transformationID: uri,
  bizStep: word('BizStep'),
  disposition: word('Disp'),
  readPoint: place,
  bizLocation: place,
  bizTransactionList: typed('BTT', 'bizTransaction'),
  destinationList: typed('SDT', 'destination'),
  sourceList: typed('SDT', 'source'),
  ilmd: (value, prefixes) => inOrder(value as EventObject, {}, prefixes),
}
/** Properties that are not what happened. */
const APART = ['type', 'eventID', 'recordTime', '@context', 'rdfs:comment']

/** The event hash id: SHA-256 of the canonical text of an event. CBV 2.0, section 8.9. @throws Error as `eventText` does */
export function eventHashId(event: EventObject, prefixes: Prefixes): string {
  return `ni:///sha-256;${bytesToHex(sha256(utf8(eventText(event, prefixes))))}?ver=CBV2.0`
}

/**
 * The canonical text of an event: properties in order, lists sorted, words of the vocabulary and GS1 Digital Links in full form, times in UTC.
 * CBV 2.0, section 8.9.
 * @throws Error if the event has a property that this does not know, such as those of sensors, or EPC URNs, which it does not convert
 */
export function eventText(event: EventObject, prefixes: Prefixes): string {
  const own = Object.fromEntries(Object.entries(event).filter(([name]) => !APART.includes(name)))
  return `eventType=${event.type}${inOrder(own, ORDER, prefixes)}`
}

/** Known properties in order, then those with a prefix, sorted by what they contribute. */
function inOrder(object: EventObject, order: Readonly<Record<string, Part>>, prefixes: Prefixes): string {
  const known = Object.entries(order)
    .filter(([name]) => object[name] !== undefined)
    .map(([name, part]) => name + part(object[name]!, prefixes))
  const others = Object.entries(object)
    .filter(([name]) => !Object.hasOwn(order, name))
    .flatMap(([name, value]) => extension(name, value, prefixes))
  return known.join('') + sorted(others)
}

/** What an extension contributes; a list contributes each of its items under the same name. */
function extension(name: string, value: EventValue, prefixes: Prefixes): string[] {
  const [prefix = '', local] = name.split(':')
  const namespace = prefixes[prefix]
  if (namespace === undefined || local === undefined)
    throw new Error(`the event hash id of an event with ${name} is not known`)
  const items = Array.isArray(value) ? (value as readonly EventValue[]) : [value]
  return items.map((item) => {
    const content = typeof item === 'object' ? inOrder(item as EventObject, {}, prefixes) : `=${item}`
    return `{${namespace}}${local}${content}`
  })
}

const sorted = (parts: readonly string[]): string => [...parts].sort().join('')

/** Primary keys of GS1 Digital Links. */
const DIGITAL_LINK =
  /^https?:\/\/[^?#]*?\/((?:00|01|253|255|401|402|414|417|8003|8004|8006|8010|8013|8017|8018)\/\d[^?#]*)/

/** A GS1 Digital Link without its domain and query; any other URI as it is. */
function canonicalUri(value: string): string {
  if (value.startsWith('urn:epc:')) throw new Error(`EPC URNs such as ${value} are not converted`)
  const path = DIGITAL_LINK.exec(value)?.[1]
  return path === undefined
    ? value
    : `https://id.gs1.org/${path.replace(/^01\/(\d{8,13})(?!\d)/, paddedGtin)}`
}

const paddedGtin = (_: string, gtin: string) => `01/${gtin.padStart(14, '0')}`

/** A time in UTC, rounded to milliseconds by its fourth decimal place. */
function roundedTime(value: string): string {
  const [, seconds = value, digits = '', zone = ''] = /^(.*?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(value) ?? []
  const ms = Number(digits.padEnd(3, '0').slice(0, 3)) + (digits[3] !== undefined && digits[3] >= '5' ? 1 : 0)
  return isoTime(Date.parse(seconds + zone) + ms)
}
