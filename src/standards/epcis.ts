import { formatUnits } from '../ledger/units.ts'
import { type EventObject, eventHashId } from './epcis-hash.ts'
import { type EventTime, eventTimeOf, isoTime } from './event-time.ts'
import {
  type CertifiedAsset,
  type CertifiedHop,
  type CertifiedJourney,
  hopsByRecord,
  type JourneyMove,
  type Making,
} from './journey.ts'
import { assetLink } from './links.ts'
import { ACCOUNT_URN, certificateUri, TERMS, type Urns, urnsOf } from './urns.ts'

const PREFIXES = { inpigritas: TERMS }
const CONTEXT = ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld', PREFIXES]

/** What happens to units, in the words of EPCIS. */
const STEPS = {
  issue: { action: 'ADD', bizStep: 'commissioning', disposition: 'active' },
  transfer: { action: 'OBSERVE', bizStep: 'accepting' },
  retire: { action: 'DELETE', bizStep: 'decommissioning', disposition: 'inactive' },
  reinstate: { action: 'ADD', bizStep: 'commissioning', disposition: 'active' },
} as const

/**
 * A journey as an EPCIS 2.0 document in JSON-LD, in parts: an ObjectEvent per record with its hops, and a TransformationEvent per asset that was
 * made from others, in the order of the ledger. docs/using.md, "Certificates for other systems", has the mapping.
 * @returns the parts of the JSON text, of an event each
 */
export function* epcisDocument(journey: CertifiedJourney): Generator<string> {
  const id = certificateUri(journey.certificate)
  const head = {
    '@context': CONTEXT,
    id,
    type: 'EPCISDocument',
    schemaVersion: '2.0',
    creationDate: isoTime(journey.asOfMs),
    'inpigritas:height': String(journey.height),
    'inpigritas:complete': journey.isComplete,
  }
  yield `${JSON.stringify(head).slice(0, -1)},"epcisBody":{"eventList":[`
  let between = '\n'
  for (const event of epcisEvents(journey)) {
    yield between + JSON.stringify({ ...event, eventID: eventHashId(event, PREFIXES) })
    between = ',\n'
  }
  yield '\n]}}\n'
}

function* epcisEvents(journey: CertifiedJourney): Generator<EventObject> {
  const urns = urnsOf(journey.chainId)
  const certificate = certificateUri(journey.certificate)
  const hops = hopsByRecord(journey.hops)
  const entries = [...hops.keys(), ...journey.makings].sort((a, b) => a.position - b.position)
  for (const entry of entries)
    yield 'product' in entry
      ? transformation(entry, urns, certificate)
      : objectEvent(entry, hops.get(entry)!, urns, certificate)
}

function objectEvent(
  move: JourneyMove,
  hops: readonly CertifiedHop[],
  urns: Urns,
  certificate: string,
): EventObject {
  const { kind, from, to, asset, amount, hash, position } = move
  const owner = { type: 'owning_party' }
  return {
    type: 'ObjectEvent',
    ...times(eventTimeOf(move), move.blockMs),
    certificationInfo: certificate,
    quantityList: [quantityOf(asset, urns, amount)],
    ...STEPS[kind],
    ...(kind === 'transfer' || kind === 'retire'
      ? { sourceList: [{ ...owner, source: ACCOUNT_URN + from.address }] }
      : {}),
    ...(kind === 'retire' ? {} : { destinationList: [{ ...owner, destination: ACCOUNT_URN + to.address }] }),
    'inpigritas:record': urns.record(hash),
    'inpigritas:position': String(position),
    'inpigritas:kind': kind,
    'inpigritas:asset': urns.asset(asset.id),
    'inpigritas:units': String(amount),
    ...custodyOf(asset),
    'inpigritas:hop': hops.map((hop) => ({
      'inpigritas:unit': String(hop.unit),
      'inpigritas:depth': String(hop.depth),
      'inpigritas:offset': String(hop.offset),
      'inpigritas:length': String(hop.length),
    })),
  }
}

function transformation(
  { hash, position, blockMs, product, inputs }: Making,
  urns: Urns,
  certificate: string,
): EventObject {
  return {
    type: 'TransformationEvent',
    ...times(eventTimeOf({ note: null, blockMs }), blockMs),
    certificationInfo: certificate,
    inputQuantityList: inputs.map(({ asset, amount }) => quantityOf(asset, urns, amount)),
    outputQuantityList: [{ epcClass: classOf(product, urns) }],
    transformationID: urns.record(hash),
    bizStep: STEPS.issue.bizStep,
    'inpigritas:record': urns.record(hash),
    'inpigritas:position': String(position),
    'inpigritas:kind': 'register',
    'inpigritas:asset': urns.asset(product.id),
    ...custodyOf(product),
    'inpigritas:madeFrom': product.madeFrom.map(urns.record),
  }
}

const custodyOf = ({ custody }: CertifiedAsset): EventObject =>
  custody === null ? {} : { 'inpigritas:custody': custody }

const times = ({ ms, offset }: EventTime, blockMs: number) => ({
  eventTime: isoTime(ms),
  eventTimeZoneOffset: offset,
  recordTime: isoTime(blockMs),
})

/** The class of an asset's units: its web address, if it has one, otherwise the asset's URN. */
const classOf = (asset: CertifiedAsset, urns: Urns): string => assetLink(asset) ?? urns.asset(asset.id)

/** Unit codes of UN/CEFACT Recommendation 20. */
const UNIT_CODE = /^[A-Z0-9]{2,3}$/

/**
 * Units as EPCIS counts them: in the unit of measure that the metadata has as `uom`, with the asset's decimals, or else in the ledger's units. A
 * quantity that readers of JSON would round is left out.
 */
function quantityOf(asset: CertifiedAsset, urns: Urns, units: bigint): EventObject {
  const { uom } = asset.metadata
  const isMeasured = uom !== undefined && UNIT_CODE.test(uom)
  const exact = isMeasured ? formatUnits(units, asset.decimals).replaceAll(',', '') : String(units)
  const epcClass = classOf(asset, urns)
  if (String(Number(exact)) !== exact) return { epcClass }
  return { epcClass, quantity: Number(exact), ...(isMeasured ? { uom } : {}) }
}
