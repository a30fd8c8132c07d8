import { foundationOf } from './parent.ts'
import { leaderOf } from './quorum.ts'
import { type Replica, timeOfEra } from './replica.ts'

const GROWTH = 1.4
const MAX_WAIT_MS = 120_000

/**
 * When the current view's time is up; undefined while what it counts from is not known: the latest of entering the view, the next era after the
 * highest notarised block below being due, and the own roots after that block being known.
 */
export function deadlineMs(replica: Replica): number | undefined {
  const foundation = foundationOf(replica, replica.view)
  const roots = foundation && replica.roots.get(foundation.parent.hash)
  if (foundation === undefined || roots === undefined) return undefined
  const { config, view, final } = replica
  const due = timeOfEra(config, foundation.parent.era + 1)
  const wait = Math.min(config.baseMs * GROWTH ** Math.max(0, view - 1 - final.view), MAX_WAIT_MS)
  return Math.max(replica.enteredMs, due, roots.knownMs) + wait
}

/** When the replica must look again though nothing came in. */
export function wakeMs(replica: Replica, nowMs: number): number {
  const { config, view, committed } = replica
  const times = [Math.max(replica.standstillMs, timeOfEra(config, committed.era + 1)) + 2 * config.baseMs]
  const own = replica.own.get(view)
  const deadline = deadlineMs(replica)
  if (deadline !== undefined && !own?.skip && !own?.finalise) times.push(deadline)
  if (config.self === leaderOf(view, config.validators) && own === undefined) {
    const foundation = foundationOf(replica, view)
    if (foundation) times.push(timeOfEra(config, foundation.parent.era + 1))
  }
  for (const block of replica.blocks.values()) {
    if (block.status === 'new') times.push(timeOfEra(config, block.proposal.header.era))
  }
  const proposed = replica.blocks.get(replica.proposals.get(view) ?? '')
  if (proposed) times.push(timeOfEra(config, proposed.proposal.header.era))
  const future = times.filter((time) => time > nowMs)
  return future.length === 0 ? nowMs + 2 * config.baseMs : Math.min(...future)
}
