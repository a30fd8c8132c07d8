import { shortAddress } from '../crypto/address.ts'
import { formatUnits } from '../ledger/units.ts'
import { isoTime } from './event-time.ts'
import type { Journey, JourneyAsset, JourneyHop, Party } from './journey.ts'
import type { Strand, Strands } from './strands.ts'

/** Most characters of a name that are shown. */
const NAME_CHARACTERS = 20

/** How a party is shown: by its address, and by a name that is marked as one that nobody verified. */
export function partyLabel({ address, name }: Party): string {
  const short = shortAddress(address)
  return name === null ? short : `"${cut(name, NAME_CHARACTERS)}" (unverified) ${short}`
}

/** A text of at most so many characters. */
function cut(text: string, characters: number): string {
  const all = [...text]
  return all.length <= characters ? text : `${all.slice(0, characters - 1).join('')}…`
}

/** "45.5 of BEANS-1". */
export const unitsLabel = (units: bigint, { code, decimals }: JourneyAsset): string =>
  `${formatUnits(units, decimals)} of ${code}`

/** When a strand was, and in how many records if there are several. */
export function whenLabel({ firstMs, lastMs, records }: Strand): string {
  const [first, last] = [isoTime(firstMs).slice(0, 10), isoTime(lastMs).slice(0, 10)]
  const days = first === last ? first : `${first} to ${last}`
  return records === 1 ? days : `${days}, ${records} records`
}

/** What a picture says that it leaves out; undefined if it leaves nothing out. */
export function foldedLabel({ folded: { strands, records } }: Strands): string | undefined {
  if (strands === 0) return undefined
  return `and ${counted(strands, 'more strand')} with ${counted(records, 'record')}`
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`

/** What a journey is, in a line. */
export function titleOf({ direction, hops }: Journey): string {
  const codes = [...new Set(hops.map(({ record }) => record.asset.code))]
  const what =
    codes.length > 3 ? `${codes.slice(0, 3).join(', ')} and ${codes.length - 3} more` : codes.join(', ')
  return direction === 'BACKWARD' ? `Where units of ${what} came from` : `Where units of ${what} went`
}

/** As of when a journey is, how long it is, and that it is cut off if it is. */
export function descriptionOf({ height, hops, isComplete }: Journey): string {
  const open = isComplete ? '' : ' Not all paths are followed to their ends.'
  const isNamed = hops.some(({ record: { from, to } }) => from.name !== null || to.name !== null)
  const names = isNamed ? ' Names are what one server calls addresses: nobody verified them.' : ''
  return `${counted(hops.length, 'hop')} as of block ${height}.${open}${custodyLabel(hops)}${names}`
}

/** How the issuers say that the assets are kept. */
function custodyLabel(hops: Journey['hops']): string {
  const assets = new Map(hops.map(({ record: { asset } }) => [asset.code, asset]))
  const stated = [...assets.values()].flatMap(({ code, custody }) => (custody ? [`${code} ${custody}`] : []))
  return stated.length === 0 ? '' : ` Custody: ${stated.join(', ')}.`
}

const HAPPENED = { issue: 'issued', transfer: '', retire: 'retired', reinstate: 'reinstated' } as const

/** A hop in a line. */
export function hopLabel({ record, length, unit, depth }: JourneyHop): string {
  const { kind, asset, from, to, blockMs } = record
  const parties = [
    ...(kind === 'issue' || kind === 'reinstate' ? [] : [partyLabel(from)]),
    ...(kind === 'retire' ? [] : [partyLabel(to)]),
  ]
  const time = isoTime(blockMs).slice(0, 19).replace('T', ' ')
  const happened = [HAPPENED[kind], parties.join(' → ')].filter(Boolean).join(' ')
  return `${time}  ${unitsLabel(length, asset)}  ${happened}  (unit ${unit}, depth ${depth}, record ${record.position})`
}

/** What must not be in a text of a picture: control characters and controls of the direction of text. */
const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** A text of others as one line. */
export const oneLine = (text: string): string => text.replace(/[\r\n\t]+/g, ' ').replace(UNSAFE, '\ufffd')
