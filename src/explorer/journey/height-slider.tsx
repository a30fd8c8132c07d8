import { useEffect, useId, useState } from 'preact/hooks'
import { formatCount } from '../app/format.ts'
import { texts } from '../app/language.ts'
import { navigate } from '../app/router.ts'
import { Time } from '../parts/time.tsx'

const words = texts.journey

interface HeightSliderProps {
  /** The page's path. */
  path: string
  query: URLSearchParams
  /** Whether what is shown is as of a height that was chosen. */
  isPast: boolean
  /** Lowest and newest height. */
  lowest: number
  newest: number
  /** Height of what is shown, and the time of its block; undefined while unknown. */
  height: number
  time: string | undefined
  /** Heights at which what is shown changed, ascending. */
  changes: readonly number[]
}

/** Chooses the height that the page is as of. It is in the address as `at`; without it, the page is as of now and follows the chain. */
export function HeightSlider({
  path,
  query,
  isPast,
  lowest,
  newest,
  height,
  time,
  changes,
}: HeightSliderProps) {
  const label = useId()
  const [moved, setMoved] = useState<number>()
  useEffect(() => setMoved(undefined), [height])
  const go = (to: number | undefined) =>
    navigate(withQuery(path, query, { at: to?.toString() }), { replace: true })
  const value = Math.min(Math.max(moved ?? (isPast ? height : newest), lowest), newest)
  // What is shown has been so since the last change.
  const before = changes.filter((change) => change <= height).at(-2)
  const after = changes.find((change) => change > height)
  return (
    <fieldset class="height-slider" aria-labelledby={label}>
      <p id={label}>
        {isPast ? words.asOfThen(formatCount(value)) : words.asOfNow(formatCount(height))}
        {time === undefined ? null : (
          <>
            {' '}
            <Time at={time} />
          </>
        )}
      </p>
      <input
        type="range"
        aria-label={words.height}
        aria-valuetext={texts.block.title(formatCount(value))}
        min={lowest}
        max={newest}
        value={value}
        onInput={(event) => setMoved(Number(event.currentTarget.value))}
        onChange={(event) => go(Number(event.currentTarget.value))}
      />
      <p class="height-buttons">
        <button type="button" disabled={before === undefined} onClick={() => go(before)}>
          {words.changeBefore}
        </button>
        <button type="button" disabled={after === undefined} onClick={() => go(after)}>
          {words.changeAfter}
        </button>
        <button
          type="button"
          disabled={!isPast && heightIn(query) === undefined}
          onClick={() => go(undefined)}
        >
          {words.toNow}
        </button>
      </p>
    </fieldset>
  )
}

/** The address of a page with parts of its query changed; undefined takes a part away. */
export function withQuery(
  path: string,
  query: URLSearchParams,
  change: Record<string, string | undefined>,
): string {
  const changed = new URLSearchParams(query)
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) changed.delete(name)
    else changed.set(name, value)
  }
  const text = changed.toString()
  return text === '' ? path : `${path}?${text}`
}

/** The height of `?at=`; undefined without one, or if it is none. */
export function heightIn(query: URLSearchParams): string | undefined {
  const text = query.get('at') ?? ''
  return /^(0|[1-9]\d{0,15})$/.test(text) ? text : undefined
}
