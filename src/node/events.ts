import { EventEmitter } from 'node:events'
import type { Certificate, Proposal } from '../consensus/types.ts'
import type { PoolEntry } from '../mempool/entry.ts'

/**
 * What the parts of a node tell each other without knowing who listens. Listeners run at once, in the order in which they were added; what one
 * throws reaches whoever emitted.
 */
export class NodeEvents extends EventEmitter<{
  /** An action entered the pool, whoever brought it. */
  admitted: [entry: PoolEntry]
  /** A block is final and stored. The certificate is its own, or that of a descendant. */
  committed: [proposal: Proposal, certificate: Certificate]
}> {}
