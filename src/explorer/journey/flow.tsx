import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { formatCount } from '../app/format.ts'
import { texts } from '../app/language.ts'
import { Drawing, HUES, inHue } from './drawing.tsx'
import type { SeenJourney } from './journey.ts'
import { type FlowState, useFlow, useWidth } from './use-flow.ts'
import { moveOf, walk } from './walk.ts'
import { amountsWords, assetWords, placeWords, strandWords } from './words.ts'

const words = texts.journey
/** Assets that are explained beside a picture; all are in the table. */
const LEGEND = 2 * HUES

/**
 * A journey as a flow from issues to holders. Pointer and keyboard do the same: arrow keys walk over nodes and strands, Enter follows one (all else
 * fades) or opens others, Escape lets go.
 */
export function Flow({ journey, title }: { journey: SeenJourney; title: string }) {
  const { element, width } = useWidth()
  return (
    <div class="flow" ref={element}>
      {width > 0 ? <Picture {...{ journey, title, width }} /> : null}
    </div>
  )
}

function Picture({ journey, title, width }: { journey: SeenJourney; title: string; width: number }) {
  const flow = useFlow(journey, width)
  const { graph, layout, hidden, open, close, followed, followOne } = flow
  const help = useId()
  const board = useRef<HTMLDivElement>(null)
  const { onKeyDown, act } = useKeys(flow, board)
  return (
    <>
      <Legend flow={flow} />
      <div
        class="flow-board"
        ref={board}
        role="listbox"
        aria-label={words.picture(title, graph.strands.length, graph.nodes.length)}
        aria-describedby={help}
        onKeyDown={onKeyDown}
      >
        <Drawing {...{ flow, act }} />
      </div>
      <p id={help} class="muted">
        {words.help[layout.orientation]} {layout.width > width ? words.wider : ''}
      </p>
      <p class="flow-state" role="status">
        {followed === undefined ? '' : followedWords(flow)}
      </p>
      <p class="flow-buttons">
        {followed === undefined ? null : (
          <button type="button" onClick={() => followOne(undefined)}>
            {words.letGo}
          </button>
        )}
        {hidden === 0 ? null : open === undefined ? (
          <span class="muted">{words.inTable(formatCount(hidden))}</span>
        ) : (
          <button type="button" onClick={open}>
            {words.open(hidden)}
          </button>
        )}
        {close === undefined ? null : (
          <button type="button" onClick={close}>
            {words.close}
          </button>
        )}
      </p>
    </>
  )
}

/** What the keyboard does in a picture, and what Enter or a click does to one of its parts. */
function useKeys(
  { layout, active, setActive, followed, followOne, open }: FlowState,
  board: { readonly current: HTMLElement | null },
) {
  const walked = useRef(false)
  useLayoutEffect(() => {
    if (!walked.current) return
    walked.current = false
    board.current?.querySelector<SVGElement>('[tabindex="0"]')?.focus()
  }, [active, board])
  const act = (id: string) => {
    setActive(id)
    const isOthers = layout.nodes.some(({ node }) => node.id === id && node.kind === 'others')
    if (isOthers && open !== undefined) open()
    else followOne(followed?.id === id ? undefined : id)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const move = moveOf(event.key, layout)
    if (move !== undefined) {
      walked.current = true
      setActive(walk(layout, active, move))
    } else if (event.key === 'Enter' || event.key === ' ') act(active)
    else if (event.key === 'Escape' && followed !== undefined) followOne(undefined)
    else return
    event.preventDefault()
  }
  return { act, onKeyDown }
}

/** What is followed, how much of it, and over how many strands. */
function followedWords({ followed, graph, paths }: FlowState): string {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]))
  const strand = graph.strands.find(({ id }) => id === followed!.id)
  const what =
    strand === undefined
      ? words.through(placeWords(nodes.get(followed!.id)!))
      : strandWords(strand, nodes, paths)
  const count = followed!.strands.size
  const issued = graph.strands
    .filter(({ id, source }) => nodes.get(source)!.kind === 'issue' && followed!.strands.has(id))
    .map(({ id, source }) =>
      words.comesFrom(amountsWords(followed!.strands.get(id)!), placeWords(nodes.get(source)!)),
    )
  return [words.following(what, count, graph.strands.length), ...issued.slice(0, 3)].join(' ')
}

/** The assets of a picture by their colors, and how each is kept. */
function Legend({ flow: { paths } }: { flow: FlowState }) {
  const goods = [...paths.goods.values()]
  return (
    <ul class="flow-legend">
      {goods.slice(0, LEGEND).map((asset, i) => (
        <li key={asset.code}>
          <span class="swatch" style={inHue(i)} aria-hidden="true" />
          {assetWords(asset)}
        </li>
      ))}
      {goods.length <= LEGEND ? null : (
        <li class="muted">{words.moreAssets(formatCount(goods.length - LEGEND))}</li>
      )}
    </ul>
  )
}
