import { bytesToHex } from '../codec/bytes.ts'
import { differingRoot, judgeState } from './parent.ts'
import { isBackedUp, isExecuted, pointOf, prune, type Replica } from './replica.ts'
import type { Effect, Proposal } from './types.ts'

/** Requests execution of every new block whose parent's state is known. */
export function execute(replica: Replica, effects: Effect[]): void {
  for (const block of replica.blocks.values()) {
    const { header } = block.proposal
    if (block.status !== 'new' || !isExecuted(replica, bytesToHex(header.parentHash))) continue
    block.status = 'executing'
    effects.push({ type: 'execute', proposal: block.proposal })
  }
}

/** Records whether the shell could apply a block's body to the state after its parent. */
export function executed({ blocks }: Replica, { hash, valid }: { hash: string; valid: boolean }): void {
  const block = blocks.get(hash)
  if (block) block.status = valid ? 'valid' : 'invalid'
}

/** Fetches notarized and final blocks that are not held, and their missing ancestors. Each is requested once until the next standstill. */
export function fetchMissing(replica: Replica, effects: Effect[]): void {
  const { final, fetching } = replica
  const wanted = new Set([final.hash])
  for (const [view, { notarize }] of replica.certificates) {
    if (notarize && view > final.view) wanted.add(notarize.hash)
  }
  for (const hash of wanted) {
    const missing = firstMissing(replica, hash)
    if (missing === undefined || fetching.has(missing)) continue
    fetching.add(missing)
    effects.push({ type: 'fetch', hash: missing })
  }
}

/** The first block that is not held on the way from a block back to the committed height; undefined if all are held. */
function firstMissing(replica: Replica, from: string): string | undefined {
  let hash = from
  for (;;) {
    const point = pointOf(replica, hash)
    if (point === undefined) return hash
    if (point.height <= replica.committed.height) return undefined
    const { header } = replica.blocks.get(hash)!.proposal
    // The parent is at or below the committed height: only the committed block itself could be used there, and it is held.
    if (header.height <= replica.committed.height + 1) return undefined
    hash = bytesToHex(header.parentHash)
  }
}

/**
 * Commits the oldest final block that is not committed yet, once it is executed, the roots after its parent are known, and all blocks between it
 * and the newest final one are held. One block at a time, with the nearest final certificate: its own or, if it has none, that of the next descendant
 * that has one. So every certificate is stored with its own block too, which peers that catch up rely on. PROTOCOL.md, "Commit".
 * @throws DivergenceError if a final block is invalid by this node's rules, or has other roots than those computed here
 */
export function commit(replica: Replica, effects: Effect[]): void {
  const { final, committed: base } = replica
  let { certificate } = final
  if (final.hash === base.hash || certificate === null || replica.committing !== undefined) return
  for (let hash = final.hash; ; ) {
    const block = replica.blocks.get(hash)
    if (block === undefined) return
    const { header } = block.proposal
    const own = replica.certificates.get(header.view)?.finalize
    if (own?.hash === hash) certificate = own
    if (block.status === 'invalid')
      throw new DivergenceError(header.height, hash, 'it is invalid by the rules')
    const parentHash = bytesToHex(header.parentHash)
    if (parentHash === base.hash) {
      const verdict = judgeState(replica, block.proposal)
      if (verdict === 'invalid') throw otherRoot(replica, block.proposal)
      if (verdict === 'wait') return
      replica.committing = hash
      effects.push({ type: 'commit', proposal: block.proposal, certificate })
      return
    }
    hash = parentHash
  }
}

/** A quorum made a block final that this node holds to be wrong: its state, its software or the quorum is at fault, and it must not go on. */
export class DivergenceError extends Error {
  readonly height: number

  constructor(height: number, hash: string, why: string) {
    super(`block ${height} (${hash}) is final, but for this node ${why}`)
    this.name = 'DivergenceError'
    this.height = height
  }
}

function otherRoot(replica: Replica, { header, hash }: Proposal): DivergenceError {
  const { name, computed, found } = differingRoot(replica, header)!
  const why = `its ${name} is ${found}, where ${computed} was computed`
  return new DivergenceError(header.height, hash, why)
}

/** Records that a block is durable: it becomes the committed one, and everything at or below its view is dropped. */
export function committed(replica: Replica, hash: string, nowMs: number): void {
  const point = pointOf(replica, hash)
  if (point === undefined || replica.committing !== hash)
    throw new Error(`block ${hash} was not being committed`)
  if (isBackedUp(replica)) replica.relievedMs = nowMs
  replica.committing = undefined
  replica.committed = point
  replica.standstillMs = nowMs
  prune(replica)
}
