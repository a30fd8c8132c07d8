import { matchesFilter } from '../../storage/reads/transfer-match.ts'
import type { TransferFilter } from '../../storage/reads/transfers.ts'
import type { FinalTransfer } from '../request/models.ts'

/** Blocks whose records are kept. */
export const MAX_KEPT_BLOCKS = 64
/** Records kept, of all blocks together: about 20 MB. The newest block is kept however many it has. */
export const MAX_KEPT_RECORDS = 20_000

/** The records of one block, found by party or asset without looking at all of them. */
class BlockRecords {
  readonly all: readonly FinalTransfer[]
  readonly #byParty = new Map<bigint, FinalTransfer[]>()
  readonly #byAsset = new Map<bigint, FinalTransfer[]>()

  constructor(all: readonly FinalTransfer[]) {
    this.all = all
    for (const record of all) {
      put(this.#byParty, record.from, record)
      if (record.to !== record.from) put(this.#byParty, record.to, record)
      put(this.#byAsset, record.assetId, record)
    }
  }

  /** The records that match a filter, in order. */
  matching(filter: TransferFilter): readonly FinalTransfer[] {
    const party = filter.account ?? filter.from ?? filter.to
    const some =
      party !== undefined
        ? this.#byParty.get(party)
        : filter.assetId === undefined
          ? this.all
          : this.#byAsset.get(filter.assetId)
    return (some ?? []).filter((record) => matchesFilter(filter, record))
  }
}

function put(index: Map<bigint, FinalTransfer[]>, key: bigint, record: FinalTransfer): void {
  const known = index.get(key)
  if (known) known.push(record)
  else index.set(key, [record])
}

interface Kept {
  records: Promise<BlockRecords>
  /** Number of records; 0 until they are read. */
  size: number
}

/** Reads the records of each new block once for all subscriptions, and keeps those of the newest blocks. */
export class RecordsByBlock {
  readonly #read: (height: number) => Promise<FinalTransfer[]>
  readonly #kept = new Map<number, Kept>()

  constructor(read: (height: number) => Promise<FinalTransfer[]>) {
    this.#read = read
  }

  /** Number of blocks and of records that are kept. */
  get size(): { blocks: number; records: number } {
    const sizes = [...this.#kept.values()].map(({ size }) => size)
    return { blocks: sizes.length, records: sizes.reduce((sum, size) => sum + size, 0) }
  }

  /** The records of a block that match a filter, in order. A failed read is not kept. */
  async matching(height: number, filter: TransferFilter): Promise<readonly FinalTransfer[]> {
    const kept = this.#kept.get(height) ?? this.#keep(height)
    return (await kept.records).matching(filter)
  }

  #keep(height: number): Kept {
    const reading = this.#read(height).then((all) => new BlockRecords(all))
    const kept: Kept = { records: reading, size: 0 }
    this.#kept.set(height, kept)
    reading.then(
      ({ all }) => {
        kept.size = all.length
        this.#shrink()
      },
      () => this.#kept.delete(height),
    )
    return kept
  }

  /** Drops the oldest blocks that are too many. */
  #shrink(): void {
    const heights = [...this.#kept.keys()].sort((a, b) => a - b)
    let { records } = this.size
    while (heights.length > 1 && (heights.length > MAX_KEPT_BLOCKS || records > MAX_KEPT_RECORDS)) {
      const oldest = heights.shift()!
      records -= this.#kept.get(oldest)!.size
      this.#kept.delete(oldest)
    }
  }
}
