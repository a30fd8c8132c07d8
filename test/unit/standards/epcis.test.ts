import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { beforeAll, describe, expect, it } from 'vitest'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import { epcisDocument } from '../../../src/standards/epcis.ts'
import type { CertifiedJourney } from '../../../src/standards/journey.ts'
import { CertifiedChain } from '../../support/certificate/certified-chain.ts'
import { describeShared, readSharedJson } from '../../support/shared/shared-folder.ts'
import { certifiedJourney, coffeeJourney, hopText, randomJourneys } from '../../support/standards/journeys.ts'

type Event = Record<string, unknown> & { eventTime: string; eventID: string; quantityList: object[] }
interface Document {
  epcisBody: { eventList: Event[] }
}

const documentOf = (journey: CertifiedJourney) => JSON.parse([...epcisDocument(journey)].join('')) as Document
const eventsOf = (journey: CertifiedJourney) => documentOf(journey).epcisBody.eventList

const coffee = await coffeeJourney()
const journeys = await randomJourneys()

describe('EPCIS', () => {
  it('says what happened to units, in order: when, how many, from whom to whom', () => {
    const journey = coffee
    const events = eventsOf(journey)
    expect(events.map(({ type, action, bizStep }) => [type, action, bizStep])).toEqual([
      ['ObjectEvent', 'ADD', 'commissioning'],
      ['ObjectEvent', 'OBSERVE', 'accepting'],
      ['ObjectEvent', 'OBSERVE', 'accepting'],
      ['ObjectEvent', 'DELETE', 'decommissioning'],
      ['TransformationEvent', undefined, 'commissioning'],
      ['ObjectEvent', 'ADD', 'commissioning'],
      ['ObjectEvent', 'OBSERVE', 'accepting'],
    ])
    const [issue, sale, , retirement, roasting, , delivery] = events
    const owner = (move: number, side: 'from' | 'to') =>
      `urn:inpigritas:account:${journey.hops.find(({ record }) => record.position === move)!.record[side].address}`
    const positions = [...new Set(journey.hops.map(({ record }) => record.position))].sort((a, b) => a - b)
    expect(issue).toMatchObject({
      quantityList: [{ quantity: 60, uom: 'KGM' }],
      destinationList: [{ type: 'owning_party', destination: owner(positions[0]!, 'to') }],
      'inpigritas:units': '60000',
      'inpigritas:custody': 'mass-balance',
    })
    expect(issue).not.toHaveProperty('sourceList')
    expect(sale).toMatchObject({
      quantityList: [{ quantity: 45.5, uom: 'KGM' }],
      sourceList: [{ type: 'owning_party', source: owner(positions[1]!, 'from') }],
      destinationList: [{ type: 'owning_party', destination: owner(positions[1]!, 'to') }],
    })
    expect(retirement).not.toHaveProperty('destinationList')
    expect(roasting).toMatchObject({
      inputQuantityList: retirement!.quantityList,
      outputQuantityList: [{ epcClass: 'https://id.gs1.org/01/09506000134352/10/ROAST-1' }],
    })
    expect(delivery).not.toHaveProperty('inpigritas:custody')
    expect(delivery!.quantityList).toEqual([
      { epcClass: 'https://id.gs1.org/01/09506000134352/10/ROAST-1', quantity: 12 },
    ])
  })

  it('takes the time from a note that is nothing but a time, and else that of the block', async () => {
    const [issue, sale, second] = eventsOf(coffee)
    expect(issue).toMatchObject({ eventTime: '2031-05-01T06:30:00.000Z', eventTimeZoneOffset: '+02:00' })
    expect(sale!.eventTime).toBe(sale!.recordTime)
    expect(second).toMatchObject({ eventTime: '2031-06-12T00:00:00.000Z', eventTimeZoneOffset: '+00:00' })
  })

  it('has all hops of a journey, points at its certificate, and gives no event id twice', async () => {
    for (const { journey, hops } of journeys) {
      const events = eventsOf(journey)
      const exported = events.flatMap(({ 'inpigritas:hop': list = [], 'inpigritas:position': position }) =>
        (list as Record<string, string>[]).map((hop) =>
          hopText({
            position: String(position),
            unit: hop['inpigritas:unit']!,
            depth: hop['inpigritas:depth']!,
            offset: hop['inpigritas:offset']!,
            length: hop['inpigritas:length']!,
          }),
        ),
      )
      expect(exported.sort()).toEqual([...hops].sort())
      const uri = `ni:///sha-256;${Buffer.from(journey.certificate).toString('base64url')}`
      expect(new Set(events.map(({ certificationInfo }) => certificationInfo))).toEqual(new Set([uri]))
      expect(new Set(events.map(({ eventID }) => eventID)).size).toBe(events.length)
    }
  })
})

describe('EPCIS of one asset', () => {
  it('brings reinstated units back as it brings issued ones, to their new owner', async () => {
    const chain = new CertifiedChain()
    const [issuer, holder] = chain.keys
    const cup = chain.register(issuer!, 'CUP', [], { reinstatable: true })
    chain.move(issuer!, MINT, holder!.account, cup.id, 2n)
    chain.move(holder!, holder!.account, RETIRED, cup.id, 2n)
    chain.move(issuer!, RETIRED, holder!.account, cup.id, 1n)
    const [, , again] = eventsOf(await certifiedJourney(chain, { asset: cup.id, direction: 'FORWARD' }))
    expect(again).toMatchObject({
      ...{ action: 'ADD', bizStep: 'commissioning', disposition: 'active' },
      destinationList: [{ destination: `urn:inpigritas:account:${encodeAddress(holder!.account)}` }],
      'inpigritas:kind': 'reinstate',
    })
    expect(again).not.toHaveProperty('sourceList')
  })

  it('leaves out a quantity that a reader of JSON would round, and has it as text', async () => {
    const chain = new CertifiedChain()
    const [issuer] = chain.keys
    const amount = 2n ** 53n + 1n
    const gold = chain.register(issuer!, 'GOLD', [], { cap: String(amount) })
    chain.move(issuer!, MINT, issuer!.account, gold.id, amount)
    const [issue] = eventsOf(await certifiedJourney(chain, { asset: gold.id, direction: 'BACKWARD' }))
    expect(issue!.quantityList).toEqual([{ epcClass: expect.stringMatching(/^urn:inpigritas:.*:asset:/) }])
    expect(issue!['inpigritas:units']).toBe(String(amount))
  })
})

describeShared('the JSON schema of EPCIS 2.0', () => {
  let isValid: (document: unknown) => boolean
  beforeAll(() => {
    const ajv = new Ajv({ strict: false })
    addFormats.default(ajv)
    const validate = ajv.compile(readSharedJson<object>('vectors', 'epcis', 'epcis-json-schema.json'))
    isValid = (document) => validate(document) as boolean
  })

  it('accepts every journey', async () => {
    expect(journeys.length).toBeGreaterThan(40)
    for (const { journey } of journeys) expect(isValid(documentOf(journey))).toBe(true)
    expect(isValid(documentOf(coffee))).toBe(true)
  })

  it.each<[string, (events: Event[]) => unknown]>([
    ['without a time', ([event]) => delete (event as Partial<Event>).eventTime],
    ['with a business step that is none', ([event]) => Object.assign(event!, { bizStep: 'selling' })],
    ['without units', ([event]) => delete (event as Partial<Event>).quantityList],
    ['with a quantity as text', ([event]) => Object.assign(event!.quantityList[0]!, { quantity: '60' })],
    ['with a property that has no prefix', ([event]) => Object.assign(event!, { record: '1' })],
    ['with another certificate than a URI', ([event]) => Object.assign(event!, { certificationInfo: 'it' })],
  ])('refuses an event %s', async (_, spoil) => {
    const document = documentOf(coffee)
    spoil(document.epcisBody.eventList)
    expect(isValid(document)).toBe(false)
  })
})
