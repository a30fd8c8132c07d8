import { bytesToHex, equalBytes } from '../../../src/codec/bytes.ts'
import type { Proposal, Roots } from '../../../src/consensus/types.ts'
import { contentOn, isContentOn, rootsAfter, sha } from './cheap.ts'
import type { Disk } from './disk.ts'

/** What a leader puts into a block. */
export interface Content {
  body: Uint8Array
  bodyHash: Uint8Array
  position: number
}

/** What blocks are made of at one node, its pool and state; made anew from the disk with every start. */
export interface Contents {
  build(place: { parentHash: string; era: number; empty: boolean }): Content
  /** Other content for a block on this parent, such as a faulty leader might show to some. */
  other(parentHash: string): Content
  /** Whether a block's body is its own and applies. */
  execute(proposal: Proposal): boolean
  rootsAfter(hash: string): Roots
  /** Everything that follows from a block being final here. */
  committed(proposal: Proposal): void
  /** A moment for clients: they may hand something in. What is accepted is on the disk. */
  traffic(era: number, disk: Disk): Uint8Array[]
  /** An action that another node passed on. */
  gossip(bytes: Uint8Array, era: number, disk: Disk): void
}

/** Bodies that name their parent: all that consensus itself needs of them. */
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
