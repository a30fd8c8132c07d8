import { useEffect, useState } from 'preact/hooks'
import { formatDateTime, formatRelative } from '../app/format.ts'

/** Milliseconds between two looks at the clock. */
const LOOK_MS = 10_000

/** A point in time, absolute, with the relative one beside it. */
export function Time({ at }: { at: string }) {
  const now = useNow()
  const date = new Date(at)
  return (
    <time dateTime={at}>
      {formatDateTime(date)} <span class="muted nowrap">({formatRelative(date, now)})</span>
    </time>
  )
}

const listeners = new Set<(now: number) => void>()
let timer: ReturnType<typeof setInterval> | undefined

/** The time, in milliseconds since 1970, anew every LOOK_MS; all that use it share one timer. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    listeners.add(setNow)
    timer ??= setInterval(() => {
      for (const listener of listeners) listener(Date.now())
    }, LOOK_MS)
    return () => {
      listeners.delete(setNow)
      if (listeners.size > 0) return
      clearInterval(timer)
      timer = undefined
    }
  }, [])
  return now
}
