import { timeOfEra } from '../ledger/era.ts'
import { dueMs } from './clock.ts'
import { certifiedParentOf } from './parent.ts'
import { leaderOf } from './quorum.ts'
import { isBackedUp, type Replica } from './replica.ts'

/** Factor by which the wait grows per view since the last final one, up to MAX_WAIT_MS. */
const GROWTH = 1.4
const MAX_WAIT_MS = 120_000

/**
 * When the current view's timer runs out. It starts at the latest of: entering the view, T(parent's era + 1), the own roots after the
 * parent being known, and fewer than MAX_WAITING final blocks waiting. PROTOCOL.md, "Skip".
 * @returns milliseconds since 1970; undefined while the parent or its roots are not known, or too many final blocks wait
 */
export function deadlineMs(replica: Replica): number | undefined {
  const certified = certifiedParentOf(replica, replica.view)
  const roots = certified && replica.roots.get(certified.parent.hash)
  if (certified === undefined || roots === undefined || isBackedUp(replica)) return undefined
  const { config, view, final, enteredMs, relievedMs } = replica
  const due = dueMs(replica, certified.parent.era + 1)
  const wait = Math.min(config.baseMs * GROWTH ** Math.max(0, view - 1 - final.view), MAX_WAIT_MS)
  return Math.max(enteredMs, due, roots.knownMs, relievedMs) + wait
}

/** When everything is resent, unless a block is committed before. PROTOCOL.md, "Standstill". */
export function standstillAtMs({ config, committed, standstillMs }: Replica): number {
  return Math.max(standstillMs, timeOfEra(config, committed.era + 1)) + 2 * config.baseMs
}

/** When `step` must run next even if no event arrives: the earliest time above `nowMs` at which a rule may change its answer. */
export function wakeMs(replica: Replica, nowMs: number): number {
  const { config, view } = replica
  const times = [standstillAtMs(replica), deadlineMs(replica) ?? 0]
  const certified = config.self === leaderOf(view, config.validators) && certifiedParentOf(replica, view)
  if (certified) times.push(dueMs(replica, certified.parent.era + 1))
  const proposed = replica.blocks.get(replica.proposals.get(view) ?? '')
  if (proposed) times.push(dueMs(replica, proposed.proposal.header.era))
  const ahead = times.filter((time) => time > nowMs)
  return ahead.length === 0 ? nowMs + 2 * config.baseMs : Math.min(...ahead)
}
