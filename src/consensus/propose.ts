import { bytesToHex, hexToBytes } from '../codec/bytes.ts'
import { blockHash, HEADER_VERSION } from '../ledger/header.ts'
import { currentEra, dueMs } from './clock.ts'
import { MAX_SKIPS } from './codec.ts'
import { certifiedParentOf } from './parent.ts'
import { leaderOf } from './quorum.ts'
import { holdProposal, isBackedUp, isExecuted, type Replica } from './replica.ts'
import { proposalMessage } from './signed-bytes.ts'
import type { Effect, Event } from './types.ts'

/** With this many blocks above the committed one, final or not, a leader proposes empty blocks: each block keeps an overlay of the state in memory. */
const MAX_UNFINAL = 32

/**
 * As leader of the current view, requests a block's content once the era after the parent's is due, the roots after the parent are known, and
 * fewer than MAX_WAITING final blocks wait to be committed.
 * PROTOCOL.md, "Propose".
 */
export function build(replica: Replica, nowMs: number, effects: Effect[]): void {
  const { config, view, building } = replica
  if (
    config.self !== leaderOf(view, config.validators) ||
    view <= Math.max(replica.closedView, replica.proposedView)
  )
    return
  if (replica.own.has(view) || replica.proposals.has(view) || isBackedUp(replica)) return
  const parent = certifiedParentOf(replica, view)?.parent
  if (parent === undefined || !isExecuted(replica, parent.hash) || !replica.roots.has(parent.hash)) return
  if (nowMs < dueMs(replica, parent.era + 1)) return
  if (building?.view === view && building.parentHash === parent.hash) return
  const era = Math.max(parent.era + 1, currentEra(replica, nowMs))
  replica.building = { view, era, parentHash: parent.hash }
  const empty = parent.height - replica.committed.height >= MAX_UNFINAL
  effects.push({ type: 'build', view, era, parent, empty })
}

/**
 * Makes and holds the proposal, unless the view or the parent has changed since its content was requested. It is sent when the leader's own
 * notarize vote is durable (`notarize` in vote.ts).
 */
export function propose(replica: Replica, built: Event & { type: 'built' }): void {
  const { config, view, building } = replica
  if (built.view !== view || building?.view !== view) return
  const certified = certifiedParentOf(replica, view)
  const roots = replica.roots.get(built.parentHash)
  if (replica.own.has(view) || certified?.parent.hash !== built.parentHash || roots === undefined) return
  replica.building = undefined
  const { parent, certificate, skips } = certified
  const { stateRoot, historyRoot, batchStateRoot, logRoot } = roots
  const header = {
    version: HEADER_VERSION,
    chainId: config.chainId,
    paramsHash: config.paramsHash,
    height: parent.height + 1,
    view,
    era: building.era,
    parentHash: hexToBytes(parent.hash),
    proposer: leaderOf(view, config.validators),
    bodyHash: built.bodyHash,
    position: built.position,
    stateRoot,
    historyRoot,
    batchStateRoot,
    logRoot,
  }
  const hash = bytesToHex(blockHash(header))
  const signature = config.sign(proposalMessage(hash))
  const certificates = { parent: certificate, skips: skips.slice(-MAX_SKIPS) }
  holdProposal(replica, { header, hash, body: built.body, signature, ...certificates })
}
