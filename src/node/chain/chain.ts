import { bytesToHex, equalBytes } from '../../codec/bytes.ts'
import type { HashedAction } from '../../ledger/action-hash.ts'
import { type BlockHeader, encodeHeader } from '../../ledger/header.ts'
import type { LedgerState } from '../../ledger/ledger-state.ts'
import type { Overlay } from '../../ledger/overlay.ts'
import type { LedgerRecord } from '../../ledger/record.ts'
import { type Rejection, reject } from '../../ledger/rejection.ts'
import type { StateView } from '../../ledger/state.ts'
import { append, type Frontier, logRootOf, type TileRoot } from '../../log/frontier.ts'
import { entryHash } from '../../log/merkle.ts'

/** An action of a block, decoded and hashed. */
export interface BlockAction extends HashedAction {
  /** The canonical bytes, with key and signature. */
  bytes: Uint8Array
  note: string | undefined
}

/** A block applied to its parent. */
export interface AppliedBlock {
  header: BlockHeader
  /** Block hash, hex. */
  hash: string
  actions: BlockAction[]
  records: LedgerRecord[]
  overlay: Overlay
}

/** The log of headers after a block, its own header included. */
export interface LogAfter {
  frontier: Frontier
  root: Uint8Array
  /** Roots of the log's tiles that became full with the block. */
  full: readonly TileRoot[]
}

/** The newest final block. */
export interface Tip {
  header: BlockHeader
  hash: string
}

/**
 * The final state and the blocks above it that are not final yet, each an overlay on its parent's.
 * PROTOCOL.md, "Blocks".
 */
export class Chain {
  readonly state: LedgerState
  readonly #unfinal = new Map<string, AppliedBlock>()
  readonly #logs = new Map<string, LogAfter>()
  #tip: Tip
  #log: LogAfter

  /**
   * @param state the state after `tip`; from here on only `finalize` may change it
   * @param log of the headers up to that of `tip`, which is the last of its entries
   */
  constructor(tip: Tip, state: LedgerState, log: Frontier) {
    this.#tip = tip
    this.#log = { frontier: log, root: logRootOf(log), full: [] }
    this.state = state
  }

  get tip(): Tip {
    return this.#tip
  }

  get unfinalCount(): number {
    return this.#unfinal.size
  }

  block(hash: string): AppliedBlock | undefined {
    return this.#unfinal.get(hash)
  }

  /** Header of the tip or of a block above it. */
  header(hash: string): BlockHeader | undefined {
    return hash === this.#tip.hash ? this.#tip.header : this.#unfinal.get(hash)?.header
  }

  /** State after the tip or a block above it. */
  stateAfter(hash: string): StateView | undefined {
    return hash === this.#tip.hash ? this.state : this.#unfinal.get(hash)?.overlay
  }

  /** The log of headers after the tip or a block above it. */
  logAfter(hash: string): LogAfter | undefined {
    return hash === this.#tip.hash ? this.#log : this.#logs.get(hash)
  }

  /**
   * Checks that a header follows from its parent: the parent is known here, and height, era and position are right. Roots, leader and body
   * are checked elsewhere.
   */
  checkPlace(header: BlockHeader): Rejection | null {
    const parentHash = bytesToHex(header.parentHash)
    const parent = this.header(parentHash)
    const state = this.stateAfter(parentHash)
    if (parent === undefined || state === undefined) return reject('BAD_BLOCK', { reason: 'unknown parent' })
    const { height, era, position } = header
    if (header.chainId !== parent.chainId || !equalBytes(header.paramsHash, parent.paramsHash)) {
      return reject('BAD_BLOCK', { reason: 'another chain or other parameters' })
    }
    if (height !== parent.height + 1) return reject('BAD_BLOCK', { height, expected: parent.height + 1 })
    if (era <= parent.era) return reject('BAD_BLOCK', { era, parentEra: parent.era })
    if (position !== state.position) return reject('BAD_BLOCK', { position, expected: state.position })
    return null
  }

  /** Keeps a block that was applied to a parent known here. */
  add(block: AppliedBlock): void {
    const before = this.logAfter(bytesToHex(block.header.parentHash))
    if (before === undefined) throw new Error(`block ${block.hash} is added before its parent`)
    const { frontier, full } = append(before.frontier, entryHash(encodeHeader(block.header)))
    this.#logs.set(block.hash, { frontier, root: logRootOf(frontier), full })
    this.#unfinal.set(block.hash, block)
  }

  /** Applies a child of the tip to the final state. Blocks that do not descend from it are dropped. */
  finalize(hash: string): AppliedBlock {
    const block = this.#unfinal.get(hash)
    if (block === undefined || bytesToHex(block.header.parentHash) !== this.#tip.hash) {
      throw new Error(`block ${hash} does not follow the final block`)
    }
    this.state.apply(block.overlay.changes)
    this.#tip = { header: block.header, hash }
    this.#log = this.#logs.get(hash)!
    this.#unfinal.delete(hash)
    for (const child of this.#unfinal.values()) {
      if (bytesToHex(child.header.parentHash) === hash) child.overlay.rebase(this.state)
    }
    this.#forgetOrphans()
    return block
  }

  #forgetOrphans(): void {
    for (let size = -1; size !== this.#unfinal.size; ) {
      size = this.#unfinal.size
      for (const { hash, header } of this.#unfinal.values()) {
        if (this.header(bytesToHex(header.parentHash)) === undefined) this.#unfinal.delete(hash)
      }
    }
    for (const hash of this.#logs.keys()) if (!this.#unfinal.has(hash)) this.#logs.delete(hash)
  }
}
