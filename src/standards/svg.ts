import type { Journey, Party } from './journey.ts'
import {
  descriptionOf,
  foldedLabel,
  hopLabel,
  oneLine,
  partyLabel,
  titleOf,
  unitsLabel,
  whenLabel,
} from './labels.ts'
import { type Strand, strandsOf } from './strands.ts'
import { columnsOf, fitted, wrapped } from './text-width.ts'

/** Sizes in pixels. */
const WIDTH = 1_220
const MARGIN = 24
const BOX = { width: 440, height: 34 }
const ROW = 58
const LINE = 18
const TITLE = { size: 18, line: 26, bold: 1.15 }
const SIZE = 13
const LIST_SIZE = 11
/** Width of a column of the list. */
const COLUMN = 7
/** Space between a text and what is beside it. */
const SPACE = 8
const INK = '#1a1a1a'
const QUIET = '#5a5a5a'
const FAINT = '#c8c8c8'

/**
 * A journey as an SVG image, in parts: a row per strand, from whom to whom, and below it every hop as a line of a list. It has a title and a
 * description, and needs nothing from elsewhere. Strands beyond a number are folded. It has a size of its own: viewers that fit an image into a window
 * would make a long one too small to read.
 */
export function* svgPicture(journey: Journey): Generator<string> {
  const strands = strandsOf(journey)
  const folded = foldedLabel(strands)
  const title = wrapped(titleOf(journey), (WIDTH - 2 * MARGIN) / (TITLE.size * TITLE.bold))
  const description = wrapped(descriptionOf(journey), (WIDTH - 2 * MARGIN) / SIZE)
  const below = MARGIN + title.length * TITLE.line
  const top = below + description.length * LINE + LINE
  const listTop = top + strands.shown.length * ROW + (folded === undefined ? 0 : LINE * 2)
  const height = listTop + (journey.hops.length + 1) * LINE + MARGIN
  const columns = journey.hops.reduce((most, hop) => Math.max(most, columnsOf(hopLabel(hop))), 0)
  const width = Math.max(WIDTH, 2 * MARGIN + columns * COLUMN)
  yield `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="graphics-document document" aria-labelledby="title desc" font-family="system-ui, sans-serif" font-size="${SIZE}" fill="${INK}">
<title id="title">${xml(titleOf(journey))}</title>
<desc id="desc">${xml(descriptionOf(journey))}</desc>
<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>
<rect width="${width}" height="${height}" fill="#fff"/>
`
  for (const [i, line] of title.entries())
    yield `${text(MARGIN, MARGIN + i * TITLE.line + TITLE.size, line, `font-size="${TITLE.size}" font-weight="600"`)}\n`
  for (const [i, line] of description.entries())
    yield `${text(MARGIN, below + i * LINE + SIZE, line, `fill="${QUIET}"`)}\n`
  for (const [i, strand] of strands.shown.entries()) yield row(strand, top + i * ROW)
  if (folded !== undefined)
    yield `${text(MARGIN, listTop - LINE * 1.5, folded, `fill="${QUIET}" font-style="italic"`)}\n`
  yield `<g role="list" aria-label="Hops" font-family="ui-monospace, monospace" font-size="${LIST_SIZE}">\n`
  for (const [i, hop] of journey.hops.entries())
    yield `${text(MARGIN, listTop + (i + 1) * LINE, hopLabel(hop), 'role="listitem" xml:space="preserve"')}\n`
  yield '</g>\n</svg>\n'
}

function row(strand: Strand, y: number): string {
  const { from, to, asset, product, units } = strand
  const left = MARGIN
  const right = WIDTH - MARGIN - BOX.width
  const middle = WIDTH / 2
  const source = from === undefined ? `issue of ${asset.code}` : from
  const target = to ?? (product === undefined ? 'retired' : `made into ${product.code}: ${product.name}`)
  return `${box(left, y, source)}
<path d="M${left + BOX.width} ${y + BOX.height / 2}H${right}" stroke="${INK}" fill="none" marker-end="url(#tip)"/>
${text(middle, y + 11, fitted(unitsLabel(units, asset), (right - left - BOX.width - 2 * SPACE) / SIZE), 'text-anchor="middle"')}
${text(middle, y + 33, whenLabel(strand), `text-anchor="middle" font-size="${LIST_SIZE}" fill="${QUIET}"`)}
${box(right, y, target)}
`
}

function box(x: number, y: number, content: Party | string): string {
  const { width, height } = BOX
  const isParty = typeof content !== 'string'
  const label = isParty ? partyLabel(content) : content
  const shape = `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${isParty ? 4 : height / 2}" fill="#fff" stroke="${isParty ? INK : FAINT}"/>`
  const tip = isParty ? `<title>${xml(content.address)}</title>` : ''
  return `<g>${tip}${shape}${text(x + width / 2, y + 22, fitted(label, (width - 2 * SPACE) / SIZE), 'text-anchor="middle"')}</g>`
}

const text = (x: number, y: number, content: string, attributes: string): string =>
  `<text x="${x}" y="${y}" ${attributes}>${xml(content)}</text>`

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const xml = (content: string): string =>
  oneLine(content).replace(/[&<>"]/g, (character) => ENTITIES[character]!)
