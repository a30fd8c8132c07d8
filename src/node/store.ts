import type { Evidence, StoredConsensus, Write } from '../consensus/types.ts'
import type { LedgerState } from '../ledger/ledger-state.ts'
import type { Rules } from '../ledger/rules.ts'
import type { Frontier } from '../log/frontier.ts'
import type { Tile } from '../log/tiles.ts'
import type { PeerStatus } from '../network/peer-messages.ts'
import type { KeptCheckpoint, StoredCheckpoint } from '../storage/checkpoints.ts'
import type { FinalBlock } from '../storage/commit-block.ts'
import type { StoredTip } from '../storage/load-state.ts'
import type { StoredEntry } from '../storage/pool-store.ts'
import type { FinalBlockRow } from '../storage/reads/final-blocks.ts'

/**
 * What a node keeps durably, apart from signer.json. One test holds every implementation to this contract
 * (test/integration/storage/node-store.test.ts). Each write does everything or nothing, and may be repeated. Every method rejects with a Failure
 * with `retry` while the store does not answer.
 */
export interface NodeStore {
  /** The newest final block. */
  tip(): Promise<StoredTip>
  /** The final state, as of the tip. `seed`: see LedgerState. */
  state(rules: Rules, seed: number): Promise<LedgerState>
  /** The log of the headers up to that of the tip, compared with the root in the tip's header. @throws Failure DATABASE_DAMAGED if it has another */
  log(): Promise<Frontier>
  /** The hashes of a tile of the log; fewer than its width if the log does not have them. */
  logTile(tile: Tile): Promise<readonly Uint8Array[]>
  /** Stored votes, proposals and certificates that were not pruned; each kind in order of view. */
  consensus(): Promise<StoredConsensus>
  /** The stored actions of the pool, in order of arrival. What is damaged among them is deleted, and `onDamaged` told its hash (hex). */
  pool(onDamaged: (hash: string) => void): Promise<StoredEntry[]>

  /** Stores votes with what they rest on. @throws Error for a vote that conflicts with a stored one */
  persist(writes: readonly Write[]): Promise<void>
  /** Deletes votes, proposals and certificates at or below a view. */
  prune(view: number): Promise<void>
  /**
   * Stores the child of the tip, and removes its actions from the pool. A block that is stored already is not changed.
   * @throws Failure NODE_RUNNING if another node has taken over the store, WRONG_PARENT if the block does not follow the tip; Error if another block
   * is stored at its height
   */
  commit(block: FinalBlock): Promise<void>
  /** Adds actions to the pool. Those that are stored already are not changed. */
  insertPool(entries: readonly (StoredEntry & { hash: bigint })[]): Promise<void>
  deletePool(hashes: readonly bigint[]): Promise<void>
  /** What cosigners say of the log, as `keepCheckpoints` was given it last, in order of size; with the own log's root at each size that it had by the tip. */
  checkpoints(): Promise<StoredCheckpoint[]>
  /** Keeps these checkpoints and no others. */
  keepCheckpoints(checkpoints: readonly KeptCheckpoint[]): Promise<void>
  /** Keeps evidence, once per validator, view and kind. */
  insertEvidence(evidence: Evidence): Promise<void>

  /** Resolves while the store is there and is this node's. Absent from a store that cannot be lost. @throws as `commit` */
  beat?(): Promise<void>

  /** Whether an action of this hash is in the history. */
  isFinal(hash: bigint): Promise<boolean>
  /** The newest final block that was stored with its own certificate. */
  newestCertified(): Promise<PeerStatus | undefined>
  /** The final block with this hash (hex). */
  block(hash: string): Promise<FinalBlockRow | undefined>
  /** The final blocks from a height on, ascending: at most `count`, with about `maxRecords` records in total, but at least one block if there is one. */
  blocks(page: { from: number; count: number; maxRecords: number }): Promise<FinalBlockRow[]>
}
