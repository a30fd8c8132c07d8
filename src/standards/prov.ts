import { eventTimeOf, isoTime } from './event-time.ts'
import {
  type CertifiedAsset,
  type CertifiedJourney,
  hopsByRecord,
  type JourneyMove,
  type Making,
} from './journey.ts'
import { flowsOf, type Lot, lotsOf } from './lots.ts'
import { ACCOUNT_URN, certificateUri, chainUrn, TERMS } from './urns.ts'

/** Attributes of a PROV-JSON record; objects are values with their types. */
type Attributes = Readonly<Record<string, string | { $: string; type: string } | string[]>>
type Entry = readonly [id: string, attributes: Attributes]

/**
 * A journey as PROV-JSON (W3C member submission, 2013), in parts. Entities are the lots of units that hops are of, activities are records, and
 * agents are accounts. docs/using.md, "Certificates for other systems", has the mapping.
 * @returns the parts of the JSON text
 */
export function* provDocument(journey: CertifiedJourney): Generator<string> {
  const { chainId } = journey
  const prefix = {
    record: chainUrn(chainId, 'record'),
    lot: chainUrn(chainId, 'lot'),
    asset: chainUrn(chainId, 'asset'),
    account: ACCOUNT_URN,
    inp: TERMS,
  }
  yield `{"prefix":${JSON.stringify(prefix)}`
  const lots = lotsOf(journey.hops)
  const records = [...hopsByRecord(journey.hops).keys()]
  yield* section('entity', entities(journey, lots))
  yield* section('activity', activities(journey, records))
  yield* section('agent', agents(journey, records))
  yield* section('wasGeneratedBy', generations(journey, lots))
  yield* section('used', uses(journey, lots))
  yield* section('wasDerivedFrom', derivations(journey, lots))
  yield* section('wasAssociatedWith', associations(journey, records))
  yield* section('wasAttributedTo', attributions(lots))
  yield '}\n'
}

/** A section of the document, one record per part; nothing if it has none. */
function* section(name: string, entries: Iterable<Entry>): Generator<string> {
  let between = `,\n"${name}":{\n`
  for (const [id, attributes] of entries) {
    yield `${between}${JSON.stringify(id)}:${JSON.stringify(attributes)}`
    between = ',\n'
  }
  if (between === ',\n') yield '\n}'
}

const recordId = ({ hash }: JourneyMove | Making) => `record:${hash}`
const assetId = ({ id }: CertifiedAsset) => `asset:${id}`
const accountId = (address: string) => `account:${address}`
/** A lot is named by its record and its range of the record's units. */
const lotId = ({ record, offset, length }: Lot) => `lot:${record.hash}-${offset}-${length}`
const integer = (value: bigint | number) => ({ $: String(value), type: 'xsd:integer' })
const named = (name: string) => ({ $: name, type: 'prov:QUALIFIED_NAME' })
const dateTime = (ms: number) => ({ $: isoTime(ms), type: 'xsd:dateTime' })
const timeOf = (record: JourneyMove) => isoTime(eventTimeOf(record).ms)
/** Who signed a record: the owner, or the issuer where units come from nobody. */
const signerOf = ({ kind, from, asset }: JourneyMove) =>
  kind === 'issue' || kind === 'reinstate' ? asset.issuer.address : from.address

function* entities(
  { makings, certificate, height, asOfMs, isComplete }: CertifiedJourney,
  lots: readonly Lot[],
): Generator<Entry> {
  yield [
    'inp:certificate',
    {
      'prov:type': named('inp:Certificate'),
      'prov:location': { $: certificateUri(certificate), type: 'xsd:anyURI' },
      'inp:height': integer(height),
      'inp:asOf': dateTime(asOfMs),
      'inp:complete': { $: String(isComplete), type: 'xsd:boolean' },
    },
  ]
  for (const { product } of makings)
    yield [assetId(product), { 'prov:type': named('inp:Asset'), 'prov:label': product.code }]
  for (const lot of lots) {
    const { record, offset, length, hops } = lot
    yield [
      lotId(lot),
      {
        'prov:type': named('inp:Lot'),
        'prov:label': record.asset.code,
        'inp:asset': named(assetId(record.asset)),
        ...(record.asset.custody === null ? {} : { 'inp:custody': record.asset.custody }),
        'inp:offset': integer(offset),
        'inp:units': integer(length),
        // Hops of the trace: their first unit as the question counts, and their depth.
        'inp:hop': hops.map(({ unit, depth }) => `${unit}@${depth}`),
      },
    ]
  }
}

function* activities({ makings }: CertifiedJourney, records: readonly JourneyMove[]): Generator<Entry> {
  for (const making of makings)
    yield [
      recordId(making),
      {
        'prov:startTime': isoTime(making.blockMs),
        'prov:endTime': isoTime(making.blockMs),
        'prov:type': named('inp:register'),
        'inp:position': integer(making.position),
      },
    ]
  for (const record of records)
    yield [
      recordId(record),
      {
        'prov:startTime': timeOf(record),
        'prov:endTime': timeOf(record),
        'prov:type': named(`inp:${record.kind}`),
        'inp:position': integer(record.position),
        'inp:units': integer(record.amount),
        'inp:recorded': dateTime(record.blockMs),
      },
    ]
}

function* agents({ makings }: CertifiedJourney, records: readonly JourneyMove[]): Generator<Entry> {
  const addresses = new Set(makings.map(({ product }) => product.issuer.address))
  for (const record of records) {
    addresses.add(signerOf(record))
    if (record.kind !== 'retire') addresses.add(record.to.address)
  }
  for (const address of addresses) yield [accountId(address), { 'prov:type': named('inp:Account') }]
}

function* generations({ makings }: CertifiedJourney, lots: readonly Lot[]): Generator<Entry> {
  for (const [i, making] of makings.entries())
    yield [`_:m${i}`, { 'prov:entity': assetId(making.product), 'prov:activity': recordId(making) }]
  for (const [i, lot] of lots.entries())
    yield [
      `_:g${i}`,
      { 'prov:entity': lotId(lot), 'prov:activity': recordId(lot.record), 'prov:time': timeOf(lot.record) },
    ]
}

/** An activity that used an entity to generate another. */
interface Step {
  activity: string
  used: string
  generated: string
}

/** Lots from earlier lots; assets from the retired lots that they were made from, and their issued lots from them. */
function* stepsOf({ makings }: CertifiedJourney, lots: readonly Lot[]): Generator<Step> {
  for (const { earlier, later } of flowsOf(lots))
    yield { activity: recordId(later.record), used: lotId(earlier), generated: lotId(later) }
  const uses = new Map(makings.flatMap((making) => making.inputs.map(({ hash }) => [hash, making])))
  const products = new Set(makings.map(({ product }) => product.id))
  for (const lot of lots) {
    const { kind, hash, asset } = lot.record
    const making = uses.get(hash)
    if (making !== undefined)
      yield { activity: recordId(making), used: lotId(lot), generated: assetId(making.product) }
    if (kind === 'issue' && products.has(asset.id))
      yield { activity: recordId(lot.record), used: assetId(asset), generated: lotId(lot) }
  }
}

function* uses(journey: CertifiedJourney, lots: readonly Lot[]): Generator<Entry> {
  const seen = new Set<string>()
  for (const { activity, used } of stepsOf(journey, lots)) {
    const id = `${activity} ${used}`
    if (seen.has(id)) continue
    seen.add(id)
    yield [`_:u${seen.size}`, { 'prov:activity': activity, 'prov:entity': used }]
  }
}

function* derivations(journey: CertifiedJourney, lots: readonly Lot[]): Generator<Entry> {
  let i = 0
  for (const { activity, used, generated } of stepsOf(journey, lots))
    yield [
      `_:d${i++}`,
      { 'prov:generatedEntity': generated, 'prov:usedEntity': used, 'prov:activity': activity },
    ]
}

function* associations({ makings }: CertifiedJourney, records: readonly JourneyMove[]): Generator<Entry> {
  const signed = [
    ...makings.map((making) => [recordId(making), making.product.issuer.address] as const),
    ...records.map((record) => [recordId(record), signerOf(record)] as const),
  ].entries()
  for (const [i, [activity, address]] of signed)
    yield [
      `_:s${i}`,
      {
        'prov:activity': activity,
        'prov:agent': accountId(address),
        'prov:role': named('inp:signer'),
      },
    ]
}

/** Who a lot belonged to after its record; a retired one belongs to nobody. */
function* attributions(lots: readonly Lot[]): Generator<Entry> {
  for (const [i, lot] of lots.entries()) {
    const { kind, to } = lot.record
    if (kind === 'retire') continue
    yield [
      `_:o${i}`,
      {
        'prov:entity': lotId(lot),
        'prov:agent': accountId(to.address),
        'inp:relation': named('inp:owner'),
      },
    ]
  }
}
