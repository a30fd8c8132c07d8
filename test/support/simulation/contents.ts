import { bytesToHex, equalBytes } from '../../../src/codec/bytes.ts'
import type { Proposal, Roots } from '../../../src/consensus/types.ts'
import { contentOn, isContentOn, rootsAfter, sha } from './cheap.ts'
import type { Disk } from './disk.ts'

/** The content of a block. */
export interface Content {
  body: Uint8Array
  bodyHash: Uint8Array
  position: number
}

/** One node's pool and state, from which it builds and checks blocks. Made from the disk at every start. */
export interface Contents {
  build(block: { parentHash: string; era: number; empty: boolean }): Content
  /** Other content for a block on this parent, for faulty leaders. */
  other(parentHash: string): Content
  /** Whether a block's body matches its header and applies. */
  execute(proposal: Proposal): boolean
  rootsAfter(hash: string): Roots
  /** Updates pool and state after a block was committed here. */
  committed(proposal: Proposal): void
  /** Lets a client submit an action. @returns the accepted actions, encoded, which are on the disk */
  traffic(era: number, disk: Disk): Uint8Array[]
  /** Takes in an action from another node. */
  gossip(bytes: Uint8Array, era: number, disk: Disk): void
}

/** Contents without a ledger: bodies that name their parent, which is enough to test consensus. */
export function cheapContents(salt: () => number): Contents {
  return {
    build: ({ parentHash }) => contentOn(parentHash, salt()),
    other: (parentHash) => contentOn(parentHash, -1),
    execute: ({ header, body }) =>
      isContentOn(bytesToHex(header.parentHash), body) && equalBytes(sha(body), header.bodyHash),
    rootsAfter,
    committed: () => undefined,
    traffic: () => [],
    gossip: () => undefined,
  }
}
