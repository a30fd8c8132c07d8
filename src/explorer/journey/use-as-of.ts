import { useRef, useState } from 'preact/hooks'
import type { Answer } from '../data/request.ts'
import type { TypedDocument } from '../data/typed-document.ts'
import { type QueryState, useQuery } from '../data/use-query.ts'
import { heightIn } from './height-slider.tsx'

/** What a page knows of its request, and how it stops to follow the chain. */
export interface AsOfState<Result> extends QueryState<Result> {
  /** Has the page stay as of the block that it shows, until it shows something else. */
  hold: () => void
}

/**
 * Asks what a page shows, as of the height in its address, or of now; then it follows the chain. While another height is on its way, the page shows what it
 * showed, so that nothing on it moves or loses the focus.
 * @param now the document, and `past` the same inside `at`
 */
export function useAsOf<Result, Variables extends object>(
  documents: {
    now: TypedDocument<Result, Variables>
    past: TypedDocument<{ at: Result }, Variables & { height: string }>
  },
  variables: Variables,
  query: URLSearchParams,
): AsOfState<Result> {
  const height = heightIn(query)
  const isNow = height === undefined
  const document = (isNow ? documents.now : documents.past) as TypedDocument<Result | { at: Result }, object>
  const asked = isNow ? variables : { ...variables, height }
  const key = JSON.stringify(asked)
  const [held, setHeld] = useState<string>()
  const state = useQuery(document, asked, { follows: isNow && held !== key })
  const kept = useRef<Answer<Result> | undefined>(undefined)
  if (state.answer !== undefined) kept.current = unwrapped(state.answer, height)
  return { ...state, answer: kept.current, hold: () => setHeld(key) }
}

function unwrapped<Result>(
  answer: Answer<Result | { at: Result }>,
  height: string | undefined,
): Answer<Result> {
  const { data } = answer
  const isWrapped = typeof data === 'object' && data !== null && 'at' in data
  return isWrapped ? { ...answer, data: data.at, height } : { ...answer, data }
}
