/**
 * Simplex consensus (Chan and Pass 2023, eprint 2023/463) as one state machine. PROTOCOL.md, "Consensus".
 *
 * Why: bugs in consensus show only in rare orders of messages, crashes and timers. A function of replica, event and time can be driven
 * through millions of such orders from a seed, so this folder does no I/O and reads no clock (test/simulation runs it).
 *
 * How: the shell (node/chain/consensus-loop.ts) reports each thing that happened as an event: a message, a timer, a finished write.
 * `step` records the event in the replica, then applies every rule whose conditions now hold, and returns effects for the shell to carry
 * out in order. A rule never blocks: what it waits for, such as a durable write or an executed block, arrives as a later event.
 * Own votes become durable before they are sent or counted (vote.ts), so the process may end at any point. restore.ts resumes from what
 * was durable; recovery.ts covers a validator that lost its record of what it signed.
 */
import { currentEra } from './clock.ts'
import { commit, committed, execute, executed, fetchMissing } from './finality.ts'
import { build, propose } from './propose.ts'
import { receive, receiveFetched } from './receive.ts'
import { askRecovery } from './recovery.ts'
import { isCleared, type Replica } from './replica.ts'
import { askMissing, resendAll, standstill } from './retransmit.ts'
import { wakeMs } from './timing.ts'
import type { Effect, Event } from './types.ts'
import { finalize, notarize, release, skip } from './vote.ts'

/**
 * Takes in one event and returns the effects that the shell must carry out, in order; the last one sets the timer. It changes nothing
 * but the replica, and the same replica, events and times give the same effects.
 * @param nowMs milliseconds since 1970
 * @throws Error if an invariant is broken, e.g. a final block is invalid by this node's rules: the node must stop
 */
export function step(replica: Replica, event: Event, nowMs: number): Effect[] {
  const effects: Effect[] = []
  record(replica, event, nowMs, effects)
  advance(replica, nowMs, effects)
  effects.push({ type: 'timer', atMs: wakeMs(replica, nowMs) })
  return effects
}

function record(replica: Replica, event: Event, nowMs: number, effects: Effect[]): void {
  switch (event.type) {
    case 'start':
    case 'timer':
      break
    case 'message':
      receive(replica, event, nowMs, effects)
      break
    case 'connected':
      resendAll(replica, { peer: event.peer }, effects)
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
      receiveFetched(replica, event, effects)
      break
    case 'committed':
      committed(replica, event.hash, nowMs)
      break
    case 'clock':
      replica.clockOffsetMs = event.offsetMs
  }
}

/** Applies every rule once. One pass is enough: no rule here enables another before the next event. */
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

/** Moves to the lowest view that is not cleared. PROTOCOL.md, "Views". */
function enterView(replica: Replica, nowMs: number): void {
  let view = replica.final.view + 1
  while (isCleared(replica, view)) view++
  if (view === replica.view) return
  replica.view = view
  replica.enteredMs = nowMs
  replica.enteredEra = currentEra(replica, nowMs)
}
