import type {
  ControlHandler,
  HoldingName,
  PendingEntry,
  PendingPage,
  PoolStatus,
  SubmissionStatus,
} from '../../control/client.ts'
import { fieldFromHex, fieldToHex } from '../../crypto/field.ts'
import type { PoolEntry } from '../../mempool/entry.ts'
import type { Pool } from '../../mempool/pool.ts'
import type { Submissions } from './submissions.ts'

/** Answers what an api asks of its node: a thin layer over the pool. */
export function controlHandler(
  pool: Pool,
  submissions: Submissions,
  state: Pick<ControlHandler, 'status' | 'checkpoint' | 'metrics'>,
): ControlHandler {
  return {
    submit: (bytes, note) => submissions.submit(bytes, note),
    submitAll: (actions) => submissions.submitAll(actions),
    submission: (hash) => submissionStatus(pool, hash),
    pool: () => poolStatus(pool),
    pending: (first, after, account) =>
      pendingPage(
        account === undefined ? pool.entries() : pool.entriesOf(fieldFromHex(account)),
        first,
        after,
      ),
    nextStarts: (holdings) => holdings.map((name) => nextStart(pool, name)),
    ...state,
  }
}

function submissionStatus(pool: Pool, hash: string): SubmissionStatus | undefined {
  const key = fieldFromHex(hash)
  if (pool.get(key) !== undefined) return { hash, status: 'ACCEPTED' }
  if (pool.isParked(key)) return { hash, status: 'PARKED' }
  const outcome = pool.outcomes.get(key)
  return outcome === undefined ? undefined : { hash, ...outcome }
}

function poolStatus(pool: Pool): PoolStatus {
  const { size, bytes, parked, limits } = pool
  return { size, bytes, parked, limits, oldestEra: pool.oldestEra ?? null }
}

/** Pages are ordered by arrival: entries leave the pool in any order, so a position in the list would shift. */
function pendingPage(waiting: Iterable<PoolEntry>, first: number, after = 0): PendingPage {
  const entries: PendingEntry[] = []
  for (const entry of waiting) {
    if (entry.arrival <= after || !entry.durable) continue
    if (entries.length === first) return { entries, hasMore: true }
    entries.push(pendingEntry(entry))
  }
  return { entries, hasMore: false }
}

function pendingEntry({ hash, arrival, kind, era, bytes, note }: PoolEntry): PendingEntry {
  return { hash: fieldToHex(hash), arrival, kind, era, bytes, note: note ?? null }
}

function nextStart(pool: Pool, { account, assetId }: HoldingName): string {
  return pool.nextStart(fieldFromHex(account), fieldFromHex(assetId)).toString()
}
