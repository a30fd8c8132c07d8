import { useRef, useState } from 'preact/hooks'
import type { Answer } from '../data/request.ts'
import type { TypedDocument } from '../data/typed-document.ts'
import { type QueryState, useQuery } from '../data/use-query.ts'
import { heightIn } from './height-slider.tsx'

/** Variables of a request, and the height that it is as of; without one, it is as of now. */
type Asked<Variables> = Variables & { height?: string }

/** What a page knows of its request, and how it stops to follow the chain. */
export interface AsOfState<Result, Asked> extends QueryState<Result> {
  /** What the answer that the page shows was asked with: what it says of it is said of this, whatever is on its way. */
  asked: Asked
  /** Has the page stay as of the block that it shows, until it shows something else. */
  hold: () => void
}

/**
 * Asks what a page shows, as of the height in its address, or of now; then it follows the chain. While another answer is on its way, and if it never comes,
 * the page shows what it showed, so that nothing on it moves or loses the focus.
 * @param now the document, and `past` the same inside `at`
 */
export function useAsOf<Result, Variables extends object>(
  documents: {
    now: TypedDocument<Result, Variables>
    past: TypedDocument<{ at: Result }, Variables & { height: string }>
  },
  variables: Variables,
  query: URLSearchParams,
): AsOfState<Result, Asked<Variables>> {
  const height = heightIn(query)
  const isNow = height === undefined
  const document = (isNow ? documents.now : documents.past) as TypedDocument<Result | { at: Result }, object>
  const asked: Asked<Variables> = isNow ? variables : { ...variables, height }
  const key = JSON.stringify(asked)
  const [held, setHeld] = useState<string>()
  const state = useQuery(document, asked, { follows: isNow && held !== key })
  const kept = useRef<{ answer: Answer<Result>; asked: Asked<Variables> } | undefined>(undefined)
  if (state.answer !== undefined) kept.current = { answer: unwrapped(state.answer, height), asked }
  const shown = kept.current ?? { answer: undefined, asked }
  return { ...state, ...shown, hold: () => setHeld(JSON.stringify(shown.asked)) }
}

function unwrapped<Result>(
  answer: Answer<Result | { at: Result }>,
  height: string | undefined,
): Answer<Result> {
  const { data } = answer
  const isWrapped = typeof data === 'object' && data !== null && 'at' in data
  return isWrapped ? { ...answer, data: data.at, height } : { ...answer, data }
}
