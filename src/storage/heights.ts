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

export interface ListenOptions {
  /** Milliseconds between checks that need no notification. */
  checkMs: number
  onError?: (error: unknown) => void
  /** The primary, if `database` is its replica, where nothing is announced. */
  primary?: Database | undefined
}

/**
 * Calls `onHeight` with new final heights in ascending order. Heights are skipped if several blocks arrive at once. It listens for notifications,
 * and reads the height after each (re)connection and every `checkMs` as well, so that a lost notification only causes a delay. A height is
 * reported once `database` has its block: a replica is asked until it does.
 */
export async function listenHeights(
  database: Database,
  onHeight: (height: number) => void,
  { checkMs, onError = () => {}, primary = database }: ListenOptions,
): Promise<{ stop(): Promise<void> }> {
  let known = await currentHeight(database)
  let announced = known
  let stopped = false
  const see = (height: number) => {
    if (height <= known || stopped) return
    known = height
    onHeight(height)
  }
  const compare = () => currentHeight(database).then(see, onError)
  let chasing = false
  const chase = async (height: number) => {
    announced = Math.max(announced, height)
    if (chasing) return
    chasing = true
    for (
      let pauseMs = FIRST_LOOK_MS;
      known < announced && !stopped;
      pauseMs = Math.min(2 * pauseMs, MAX_LOOK_MS)
    ) {
      await compare()
      if (known < announced) await sleep(pauseMs)
    }
    chasing = false
  }
  const onAnnouncement = primary === database ? see : chase
  const { unlisten } = await primary.sql.listen(
    HEIGHT_CHANNEL,
    (payload) => void onAnnouncement(Number(payload)),
    compare,
  )
  const timer = setInterval(compare, checkMs)
  timer.unref()
  return {
    async stop() {
      stopped = true
      clearInterval(timer)
      await unlisten().catch(onError)
    },
  }
}
