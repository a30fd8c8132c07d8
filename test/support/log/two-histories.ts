import { utf8 } from '../../../src/codec/bytes.ts'
import { quorum } from '../../../src/consensus/quorum.ts'
import { ed25519PublicKey, signEd25519 } from '../../../src/crypto/ed25519.ts'
import { sha256 } from '../../../src/crypto/hash.ts'
import { formatCheckpoint } from '../../../src/log/checkpoint.ts'
import { cosign } from '../../../src/log/cosignature.ts'
import { checkpointNote, quorumPolicy } from '../../../src/log/cosigned.ts'
import { append, EMPTY_FRONTIER, logRootOf } from '../../../src/log/frontier.ts'
import { entryHash } from '../../../src/log/merkle.ts'
import type { TileReader } from '../../../src/log/tiles.ts'

export const ORIGIN = 'inpigritas/test'
const SEEDS = [1, 2, 3, 4].map((i) => sha256(Uint8Array.of(i)))
const KEYS = SEEDS.map(ed25519PublicKey)
/** A quorum of the four validators. */
export const POLICY = quorumPolicy({ origin: ORIGIN, quorum: quorum(4) }, KEYS)

/** A log of at most 256 entries, with what its validators sign. */
export class History {
  readonly #leaves: Uint8Array[]

  /** @param entries texts, one letter each */
  constructor(entries: string) {
    this.#leaves = [...entries].map((entry) => entryHash(utf8(entry)))
  }

  rootAt(size: number): Uint8Array {
    let log = EMPTY_FRONTIER
    for (const leaf of this.#leaves.slice(0, size)) log = append(log, leaf).frontier
    return logRootOf(log)
  }

  /** Reads its only tile. */
  readonly read: TileReader = async ({ width }) => this.#leaves.slice(0, width)

  /** The checkpoint of a size, cosigned by some of the validators. */
  noteAt(size: number, signers: readonly number[] = [0, 1, 2]): string {
    const root = this.rootAt(size)
    const text = formatCheckpoint({ origin: ORIGIN, size, root })
    const cosignatures = signers.map((i) => {
      const own = cosign(text, 1_700_000_000, (message) => signEd25519(SEEDS[i]!, message))
      return [i, own] as const
    })
    return checkpointNote(ORIGIN, KEYS, { size, root, cosignatures })
  }
}
