import type { Journey, JourneyAsset, Party } from './journey.ts'
import { descriptionOf, foldedLabel, oneLine, partyLabel, titleOf, unitsLabel, whenLabel } from './labels.ts'
import { strandsOf } from './strands.ts'

/**
 * A journey as a Mermaid flowchart, in parts: parties and assets as nodes, strands as arrows. Readable however long the journey is, because strands
 * beyond a number are folded.
 */
export function* mermaidChart(journey: Journey): Generator<string> {
  const strands = strandsOf(journey)
  yield `flowchart TD\n  accTitle: ${plain(titleOf(journey))}\n  accDescr: ${plain(descriptionOf(journey))}\n`
  const nodes = new Map<string, string>()
  const declared: string[] = []
  const node = (key: string, shape: (id: string) => string): string => {
    const id = nodes.get(key) ?? `n${nodes.size}`
    if (!nodes.has(key)) declared.push(`  ${shape(id)}\n`)
    nodes.set(key, id)
    return id
  }
  const party = (one: Party) => node(one.address, (id) => `${id}["${label(partyLabel(one))}"]`)
  const assetNode = ({ code, name }: JourneyAsset) =>
    node(`asset ${code}`, (id) => `${id}(["${label(`${code}: ${name}`)}"])`)
  const retired = () => node('retired', (id) => `${id}(["retired"])`)
  for (const strand of strands.shown) {
    const { from, to, asset, product, units } = strand
    const source = from === undefined ? assetNode(asset) : party(from)
    const target = to !== undefined ? party(to) : product === undefined ? retired() : assetNode(product)
    const moved = `${label(unitsLabel(units, asset))}<br>${label(whenLabel(strand))}`
    yield* declared.splice(0)
    yield `  ${source} -->|"${moved}"| ${target}\n`
  }
  const folded = foldedLabel(strands)
  if (folded !== undefined) yield `  folded["${label(folded)}"]\n`
}

/** A text in a label: what has a meaning in Mermaid or HTML as an entity. */
const label = (text: string): string =>
  oneLine(text).replace(/[#&<>"`\\|[\](){}*_~]/g, (character) => `#${character.codePointAt(0)};`)

/** A text in a line of its own. */
const plain = (text: string): string => oneLine(text).replace(/[#;{}]/g, ' ')
