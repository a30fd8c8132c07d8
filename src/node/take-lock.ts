import { Failure } from '../config/failure.ts'
import { type Clock, systemClock } from '../process/clock.ts'
import type { NodeLock } from '../storage/node-lock.ts'
import type { Logger } from '../telemetry/log.ts'

/** Longest wait for the lock of a node that does nothing any more: longer than Postgres takes to give up a client that vanished (SESSION_SETTINGS). */
export const LOCK_TIMEOUT_MS = 30_000
/** A node that still asks Postgres so long after another one asked for its lock is alive: it asks every two seconds (src/node/heartbeat.ts). */
export const LOCK_GRACE_MS = 3_000
const PAUSE_MS = 100

/**
 * Takes the lock of a database. Waits while the session of a node before has it that does nothing: on a busy server, or if its machine vanished,
 * Postgres ends it some time after the node.
 * @throws Failure NODE_RUNNING if the node that has the lock is alive, or its session has not ended after LOCK_TIMEOUT_MS
 */
export async function takeLock(
  lock: Pick<NodeLock, 'hold' | 'holderSilentMs'>,
  log: Pick<Logger, 'warn'>,
  clock: Pick<Clock, 'elapsed' | 'after'> = systemClock,
): Promise<void> {
  const startedMs = clock.elapsed()
  for (let isFirst = true; !(await lock.hold()); isFirst = false) {
    const silentMs = await lock.holderSilentMs()
    const waitedMs = clock.elapsed() - startedMs
    const isAlive = silentMs !== undefined && silentMs < waitedMs - LOCK_GRACE_MS
    if (isAlive || waitedMs > LOCK_TIMEOUT_MS) throw lockTaken()
    if (isFirst) log.warn('waiting: a session of another node has the lock of this database')
    await new Promise<void>((resolve) => void clock.after(PAUSE_MS, resolve))
  }
}

/** Another node holds the lock of this database. */
export function lockTaken(): Failure {
  return new Failure('NODE_RUNNING', 'another node is using this database', {
    hint: 'stop it first: two nodes with one key could equivocate',
  })
}
