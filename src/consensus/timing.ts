import { timeOfEra } from './era.ts'
import { certifiedParentOf } from './parent.ts'
import { leaderOf } from './quorum.ts'
import type { Replica } from './replica.ts'

const GROWTH = 1.4
const MAX_WAIT_MS = 120_000

/**
 * When the current view's time is up; undefined while what it counts from is not known: the latest of entering the view, the next era after the
 * highest notarized block below being due, and the own roots after that block being known. PROTOCOL.md, "Skip".
 */
export function deadlineMs(replica: Replica): number | undefined {
  const certified = certifiedParentOf(replica, replica.view)
  const roots = certified && replica.roots.get(certified.parent.hash)
  if (certified === undefined || roots === undefined) return undefined
  const { config, view, final } = replica
  const due = timeOfEra(config, certified.parent.era + 1)
  const wait = Math.min(config.baseMs * GROWTH ** Math.max(0, view - 1 - final.view), MAX_WAIT_MS)
  return Math.max(replica.enteredMs, due, roots.knownMs) + wait
}

/** When everything is to be said again, unless a block is committed before. PROTOCOL.md, "Standstill". */
export function standstillAtMs({ config, committed, standstillMs }: Replica): number {
  return Math.max(standstillMs, timeOfEra(config, committed.era + 1)) + 2 * config.baseMs
}

/** When the replica must look again though nothing came in. */
export function wakeMs(replica: Replica, nowMs: number): number {
  const { config, view } = replica
  const times = [standstillAtMs(replica), deadlineMs(replica) ?? 0]
  const certified = config.self === leaderOf(view, config.validators) && certifiedParentOf(replica, view)
  if (certified) times.push(timeOfEra(config, certified.parent.era + 1))
  const proposed = replica.blocks.get(replica.proposals.get(view) ?? '')
  if (proposed) times.push(timeOfEra(config, proposed.proposal.header.era))
  const ahead = times.filter((time) => time > nowMs)
  return ahead.length === 0 ? nowMs + 2 * config.baseMs : Math.min(...ahead)
}
