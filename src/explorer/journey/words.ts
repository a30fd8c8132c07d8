import { eventTimeOf, isNoted } from '../../standards/event-time.ts'
import type { Party } from '../../standards/journey.ts'
import { fitted } from '../../standards/text-width.ts'
import { brief, NOTE } from '../app/brief.ts'
import { formatDay, formatUnits, shortened } from '../app/format.ts'
import { texts } from '../app/language.ts'
import type { Goods } from './journey.ts'
import type { Paths } from './paths.ts'
import type { Amount, FlowNode, Strand } from './strands.ts'

const words = texts.journey

/**
 * A text in one line, or in two that part between words; what does not fit is cut.
 * @param room of a line, in the unit of `widthOf`
 * @param after what stands behind the last line and has to fit as well
 */
export function inTwoLines(
  text: string,
  room: number,
  widthOf: (text: string) => number,
  after = '',
): string[] {
  const last = room - widthOf(after)
  if (widthOf(text) <= last) return [text]
  const fits = (end: number) => end > 0 && widthOf(text.slice(0, end)) <= room
  let end = 0
  for (let next = text.indexOf(' '); fits(next); next = text.indexOf(' ', next + 1)) end = next
  const lines = end === 0 ? [text] : [text.slice(0, end), text.slice(end + 1)]
  return lines.map((line, i) => fitted(line, i === lines.length - 1 ? last : room, widthOf))
}

/** "180,000 gram of DEMO-LOT-A". */
function amountWords({ asset, units }: Amount): string {
  const amount = formatUnits(units, asset.decimals)
  const measured = asset.unitName === null ? amount : `${amount} ${brief(asset.unitName, 20)}`
  return words.amountOf(measured, brief(asset.code))
}

/** Amounts of several assets in a row; the first few, and how many more. */
export function amountsWords(amounts: readonly Amount[], most = 3): string {
  const shown = amounts.slice(0, most).map(amountWords)
  return amounts.length <= most ? shown.join(', ') : words.andMore(shown.join(', '), amounts.length - most)
}

/** A party as it is read aloud: a name says that nobody verified it, and its address is beside it. */
export function partyWords({ address, name }: Party): string {
  const short = shortened(address)
  return name === null ? short : words.unverifiedName(brief(name), short)
}

/** What a node is, in a few words. */
export function placeWords({ kind, asset, party, places }: FlowNode): string {
  if (kind === 'others') return words.others(places)
  if (party !== undefined) return partyWords(party)
  if (kind === 'retired') return words.retired(brief(asset!.code))
  return asset!.madeFrom.length > 0 ? words.made(brief(asset!.code)) : words.issue(brief(asset!.code))
}

/** A strand as it is read aloud. */
export function strandWords(strand: Strand, nodes: ReadonlyMap<string, FlowNode>, paths: Paths): string {
  const [from, to] = [nodes.get(strand.source)!, nodes.get(strand.target)!].map(placeWords)
  return words.strand(amountsWords(strand.amounts), from!, to!, whenWords(strand, paths))
}

/** On which days the hops of a strand were, and whether notes say so. */
function whenWords({ steps }: Strand, paths: Paths): string {
  let hasNoted = false
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const step of steps) {
    const { record } = paths.steps[step]!
    const { ms } = eventTimeOf(record)
    hasNoted ||= isNoted(record)
    if (ms < from) from = ms
    if (ms > to) to = ms
  }
  const [first, last] = [formatDay(new Date(from)), formatDay(new Date(to))]
  const days = first === last ? first : words.span(first, last)
  return hasNoted ? `${days} ${words.notesSay}` : days
}

/**
 * How an issuer says that units are kept, as a sentence.
 * @param custody in the words of the schema or of definitions; null if the issuer says nothing
 */
export function custodySentence({ custody }: { custody: string | null }): string {
  const sentences: Record<string, string> = texts.holders.custodies
  return custody === null
    ? words.noCustody
    : (sentences[custody.toUpperCase().replaceAll('-', '_')] ?? brief(custody))
}

/** An asset of a picture, and how its issuer says that it is kept, if it does. */
export function assetWords(asset: Goods): string {
  const name =
    asset.name === asset.code ? brief(asset.code) : words.named(brief(asset.code), brief(asset.name, NOTE))
  return asset.custody === null ? name : `${name}. ${custodySentence(asset)}`
}
