import { EventEmitter } from 'node:events'
import type { Certificate, Proposal } from '../consensus/types.ts'
import type { Candidate, PoolEntry } from '../mempool/entry.ts'
import type { Left } from '../mempool/waiting.ts'
import type { CosignaturesMessage } from '../network/peer-messages.ts'

/**
 * What the parts of a node tell each other without knowing who listens. Listeners run at once, in the order in which they were added; what one
 * throws reaches whoever emitted.
 */
export class NodeEvents extends EventEmitter<{
  /** An action entered the pool, whoever brought it. */
  admitted: [entry: PoolEntry]
  /** An action left the pool, or the parked ones, without being final. Emitted while the pool changes: listeners must not use it. */
  left: [left: Left]
  /** A block made an action final that was parked. Emitted while the pool changes. */
  overtaken: [action: Candidate]
  /** A block is final and stored. The certificate is its own, or that of a descendant. */
  committed: [proposal: Proposal, certificate: Certificate]
  /** Cosignatures of the log of headers that peers are to get. */
  cosigned: [message: CosignaturesMessage, to: 'all' | 'observers']
}> {}
