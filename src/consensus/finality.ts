import { bytesToHex } from '../codec/bytes.ts'
import { isExecuted, pointOf, prune, type Replica } from './replica.ts'
import type { Effect } from './types.ts'

/** Executes blocks whose parent's state is known. */
export function execute(replica: Replica, effects: Effect[]): void {
  for (const block of replica.blocks.values()) {
    const { header } = block.proposal
    if (block.status !== 'new' || !isExecuted(replica, bytesToHex(header.parentHash))) continue
    block.status = 'executing'
    effects.push({ type: 'execute', proposal: block.proposal })
  }
}

/** The shell has checked a block's body and applied it, or found why it cannot. */
export function executed({ blocks }: Replica, { hash, valid }: { hash: string; valid: boolean }): void {
  const block = blocks.get(hash)
  if (block) block.status = valid ? 'valid' : 'invalid'
}

/** Asks for notarized and final blocks that are not held, and for their ancestors. */
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

/** The nearest block not held among a block and its ancestors down to the committed height. */
function firstMissing(replica: Replica, from: string): string | undefined {
  let hash = from
  for (;;) {
    const point = pointOf(replica, hash)
    if (point === undefined) return hash
    if (point.height <= replica.committed.height) return undefined
    const { header } = replica.blocks.get(hash)!.proposal
    // The parent is at most at the committed height, where only the committed block itself is of use.
    if (header.height <= replica.committed.height + 1) return undefined
    hash = bytesToHex(header.parentHash)
  }
}

/** Commits the oldest block that is final and not committed, once it and all between are held and executed. One at a time. */
export function commit(replica: Replica, effects: Effect[]): void {
  const { final, committed: base } = replica
  if (final.hash === base.hash || final.certificate === null || replica.committing !== undefined) return
  for (let hash = final.hash; ; ) {
    const block = replica.blocks.get(hash)
    if (block === undefined) return
    if (block.status === 'invalid') throw new Error(`block ${hash} is final, but not by this node's rules`)
    const parentHash = bytesToHex(block.proposal.header.parentHash)
    if (parentHash === base.hash) {
      if (block.status !== 'valid') return
      replica.committing = hash
      effects.push({ type: 'commit', proposal: block.proposal, certificate: final.certificate })
      return
    }
    hash = parentHash
  }
}

/** A block is durable and the new base; what lies below is forgotten. */
export function committed(replica: Replica, hash: string, nowMs: number): void {
  const point = pointOf(replica, hash)
  if (point === undefined || replica.committing !== hash)
    throw new Error(`block ${hash} was not being committed`)
  replica.committing = undefined
  replica.committed = point
  replica.standstillMs = nowMs
  prune(replica)
}
