import { eraAt } from './era.ts'
import { commit, committed, execute, executed, fetchMissing } from './finality.ts'
import { build, propose } from './propose.ts'
import { receive, receiveFetched } from './receive.ts'
import { askRecovery } from './recovery.ts'
import { isCleared, type Replica } from './replica.ts'
import { askMissing, sayAll, standstill } from './retransmit.ts'
import { wakeMs } from './timing.ts'
import type { Effect, Event } from './types.ts'
import { finalize, notarize, release, skip } from './vote.ts'

/**
 * Simplex (Chan and Pass 2023, eprint 2023/463): takes an event in and says what to do. Pure but for the replica, which it changes; the same replica,
 * events and times give the same effects. PROTOCOL.md, "Consensus".
 */
export function step(replica: Replica, event: Event, nowMs: number): Effect[] {
  const effects: Effect[] = []
  take(replica, event, nowMs, effects)
  advance(replica, nowMs, effects)
  effects.push({ type: 'timer', atMs: wakeMs(replica, nowMs) })
  return effects
}

function take(replica: Replica, event: Event, nowMs: number, effects: Effect[]): void {
  switch (event.type) {
    case 'start':
    case 'timer':
      break
    case 'message':
      receive(replica, event, nowMs, effects)
      break
    case 'connected':
      sayAll(replica, { peer: event.peer }, effects)
      askRecovery(replica, { peer: event.peer }, effects)
      break
    case 'persisted':
      release(replica, event.token, effects)
      break
    case 'built':
      propose(replica, event)
      break
    case 'executed':
      executed(replica, event)
      break
    case 'rooted':
      replica.roots.set(event.hash, { ...event.roots, knownMs: nowMs })
      break
    case 'fetched':
      receiveFetched(replica, event.proposal, effects)
      break
    case 'committed':
      committed(replica, event.hash, nowMs)
  }
}

/** Does everything that has become possible. One pass is enough: what it does bears fruit only with a later event. */
function advance(replica: Replica, nowMs: number, effects: Effect[]): void {
  enterView(replica, nowMs)
  execute(replica, effects)
  fetchMissing(replica, effects)
  build(replica, nowMs, effects)
  askMissing(replica, effects)
  notarize(replica, nowMs, effects)
  skip(replica, nowMs, effects)
  finalize(replica, effects)
  commit(replica, effects)
  standstill(replica, nowMs, effects)
}

/** The current view is the lowest that is not cleared. */
function enterView(replica: Replica, nowMs: number): void {
  let view = replica.final.view + 1
  while (isCleared(replica, view)) view++
  if (view === replica.view) return
  replica.view = view
  replica.enteredMs = nowMs
  replica.enteredEra = eraAt(replica.config, nowMs)
}
