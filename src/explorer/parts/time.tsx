import { useEffect, useState } from 'preact/hooks'
import { formatDateTime, formatRelative } from '../app/format.ts'

/** Milliseconds between two looks at the clock. */
const LOOK_MS = 10_000

/** A point in time, absolute, with the relative one beside it. */
export function Time({ at }: { at: string }) {
  const date = new Date(at)
  const relative = useRelative(at)
  return (
    <time dateTime={at}>
      {formatDateTime(date)} <span class="muted nowrap">({relative})</span>
    </time>
  )
}

const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

/** How long ago a time is, in words, which are looked at every LOOK_MS; all that use it share one timer. What says the same is not rendered anew. */
function useRelative(at: string): string {
  const words = () => formatRelative(new Date(at), Date.now())
  const [shown, setShown] = useState(() => ({ at, words: words() }))
  useEffect(() => {
    const look = () => {
      const next = words()
      setShown((before) => (before.at === at && before.words === next ? before : { at, words: next }))
    }
    listeners.add(look)
    timer ??= setInterval(() => {
      for (const listener of listeners) listener()
    }, LOOK_MS)
    return () => {
      listeners.delete(look)
      if (listeners.size > 0) return
      clearInterval(timer)
      timer = undefined
    }
  }, [at])
  return shown.at === at ? shown.words : words()
}
