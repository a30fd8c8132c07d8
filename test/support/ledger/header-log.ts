import { type BlockHeader, encodeHeader } from '../../../src/ledger/header.ts'
import { append, EMPTY_FRONTIER, logRootOf, type TileRoot } from '../../../src/log/frontier.ts'
import { entryHash } from '../../../src/log/merkle.ts'

/** The log of the headers of a chain that a test makes. */
export class HeaderLog {
  #frontier = EMPTY_FRONTIER

  constructor(...headers: readonly BlockHeader[]) {
    for (const header of headers) this.add(header)
  }

  /** The logRoot of the next header. */
  get root(): Uint8Array {
    return logRootOf(this.#frontier)
  }

  /** @returns the roots of tiles that became full */
  add(header: BlockHeader): readonly TileRoot[] {
    const { frontier, full } = append(this.#frontier, entryHash(encodeHeader(header)))
    this.#frontier = frontier
    return full
  }
}
