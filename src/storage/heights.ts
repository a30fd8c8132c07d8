import { setTimeout as sleep } from 'node:timers/promises'
import { HEIGHT_CHANNEL } from './commit-block.ts'
import type { Database } from './database.ts'

/** The newest final height; -1 before genesis is stored. */
export async function currentHeight({ sql }: Database): Promise<number> {
  const [row] = await sql<{ height: number | null }[]>`SELECT max(height) AS height FROM block`
  return row!.height ?? -1
}

/** Position at which the records of the block after `height` begin. @throws Error if that block is not stored */
export async function positionAfter({ sql }: Database, height: number): Promise<number> {
  const [row] = await sql<{ position: number }[]>`
    SELECT CASE WHEN height = 0 THEN (SELECT first_position FROM chain) ELSE position + record_count END AS position
    FROM block WHERE height = ${height}`
  if (row === undefined) throw new Error(`no block of height ${height} is stored`)
  return row.position
}

/** Position of the next record, as of the newest final block; 0 before genesis is stored. */
export async function nextPosition(database: Database): Promise<number> {
  const height = await currentHeight(database)
  return height < 0 ? 0 : positionAfter(database, height)
}

/** Milliseconds between looks at a replica that does not have an announced block yet: at first, and at most. */
const FIRST_LOOK_MS = 5
const MAX_LOOK_MS = 200
/** Milliseconds between two reads of the height after a connection, if they fail: at most. */
const MAX_RETRY_MS = 1_000

export interface ListenOptions {
  /** Milliseconds between checks that need no notification. */
  checkMs: number
  onError?: (error: unknown) => void
  /** The primary, if `database` is its replica, where nothing is announced. */
  primary?: Database | undefined
}

/**
 * Calls `onHeight` with new final heights in ascending order. Heights are skipped if several blocks arrive at once. It listens for notifications,
 * and reads the height after each (re)connection, until that succeeds, and every `checkMs` as well, so that a lost notification only causes a delay.
 * A height is reported once `database` has its block: a replica is asked until it does.
 */
export async function listenHeights(
  database: Database,
  onHeight: (height: number) => void,
  { checkMs, onError = () => {}, primary = database }: ListenOptions,
): Promise<{ stop(): Promise<void> }> {
  let known = await currentHeight(database)
  let announced = known
  const stopping = new AbortController()
  const { signal } = stopping
  const pause = (ms: number) => sleep(ms, undefined, { signal, ref: false }).catch(() => {})
  const see = (height: number) => {
    if (height <= known || signal.aborted) return
    known = height
    onHeight(height)
  }
  /** @returns whether the height could be read */
  const compare = () =>
    currentHeight(database).then(
      (height) => {
        see(height)
        return true
      },
      (error) => {
        onError(error)
        return false
      },
    )
  let connections = 0
  /** What became final before a connection listened is not announced to it. A later connection reads what this one has not. */
  const catchUp = async () => {
    const own = ++connections
    for (let pauseMs = FIRST_LOOK_MS; !(await compare()); pauseMs = Math.min(2 * pauseMs, MAX_RETRY_MS)) {
      await pause(pauseMs)
      if (signal.aborted || own !== connections) return
    }
  }
  let chasing = false
  const chase = async (height: number) => {
    announced = Math.max(announced, height)
    if (chasing) return
    chasing = true
    for (
      let pauseMs = FIRST_LOOK_MS;
      known < announced && !signal.aborted;
      pauseMs = Math.min(2 * pauseMs, MAX_LOOK_MS)
    ) {
      await compare()
      if (known < announced) await pause(pauseMs)
    }
    chasing = false
  }
  const onAnnouncement = primary === database ? see : chase
  const { unlisten } = await primary.sql.listen(
    HEIGHT_CHANNEL,
    (payload) => void onAnnouncement(Number(payload)),
    catchUp,
  )
  const timer = setInterval(compare, checkMs)
  timer.unref()
  return {
    async stop() {
      stopping.abort()
      clearInterval(timer)
      await unlisten().catch(onError)
    },
  }
}
