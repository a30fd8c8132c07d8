import DataLoader from 'dataloader'
import type { Database } from '../../storage/database.ts'
import { type AssetRow, readUsers } from '../../storage/reads/assets.ts'
import {
  type BatchJob,
  type BatchProof,
  readBatchJobs,
  readBatchProofs,
} from '../../storage/reads/batches.ts'
import { type BlockRow, readBlocksByHash } from '../../storage/reads/blocks.ts'
import { type BalancesAfter, readBalancesAfter } from '../../storage/reads/holdings.ts'
import type { TransferRow } from '../../storage/reads/rows.ts'
import {
  readNotes,
  readSigned,
  readTransfers,
  readTransfersByHash,
  type SignedRow,
} from '../../storage/reads/transfers.ts'
import type { ApiServices } from './services.ts'
import { transferRuns } from './transfer-runs.ts'

/**
 * Loaders of rows that are the same at every height. Keys that are requested in the same tick are read in one statement, and a key that is requested
 * twice is read once. Whether a row is visible at a height is for the caller to check.
 */
export class RowLoaders {
  readonly services: ApiServices
  /** The loaders that were used. */
  readonly #loaders = new Map<string, unknown>()

  constructor(services: ApiServices) {
    this.services = services
  }

  get blocksByHash(): DataLoader<string, BlockRow | null> {
    return this.loader('blocksByHash', ({ database }) =>
      loaderBy<string, BlockRow>(
        (hashes) =>
          readBlocksByHash(
            database,
            hashes.map((hash) => Buffer.from(hash, 'hex')),
          ),
        ({ hash }) => Buffer.from(hash).toString('hex'),
      ),
    )
  }

  get transfers(): DataLoader<number, TransferRow | null> {
    return this.byPosition('transfers', readTransfers)
  }

  /** Records at consecutive positions, which must exist. */
  get transferRuns(): ReturnType<typeof transferRuns> {
    return this.loader('transferRuns', ({ database }) => transferRuns(database))
  }

  get transfersByHash(): DataLoader<bigint, TransferRow | null> {
    return this.loader('transfersByHash', ({ database }) =>
      loaderBy<bigint, TransferRow>(
        (hashes) => readTransfersByHash(database, hashes),
        ({ hash }) => hash,
      ),
    )
  }

  get signed(): DataLoader<number, SignedRow | null> {
    return this.byPosition('signed', readSigned)
  }

  get notes(): DataLoader<number, string | null> {
    return this.loader(
      'notes',
      ({ database }) =>
        new DataLoader(async (positions) => {
          const notes = await readNotes(database, positions)
          const texts = new Map(notes.map(({ position, text }) => [position, text]))
          return positions.map((position) => texts.get(position) ?? null)
        }),
    )
  }

  get assets(): DataLoader<bigint, AssetRow | null> {
    return this.loader('assets', ({ assets }) =>
      loaderBy<bigint, AssetRow>(
        (ids) => assets.read(ids),
        ({ id }) => id,
      ),
    )
  }

  get assetsByCode(): DataLoader<string, AssetRow | null> {
    return this.loader('assetsByCode', ({ assets }) =>
      loaderBy<string, AssetRow>(
        (codes) => assets.readByCode(codes),
        ({ code }) => code,
      ),
    )
  }

  /** Assets by the position of a retirement that they were made from. */
  get users(): DataLoader<number, { position: number; asset: AssetRow } | null> {
    return this.byPosition('users', readUsers)
  }

  get balancesAfter(): DataLoader<number, BalancesAfter | null> {
    return this.byPosition('balancesAfter', readBalancesAfter)
  }

  get batchJobs(): DataLoader<number, BatchJob | null> {
    return this.loader('batchJobs', ({ database }) =>
      loaderBy<number, BatchJob>(
        (batches) => readBatchJobs(database, batches),
        ({ batch }) => batch,
      ),
    )
  }

  get batchProofs(): DataLoader<number, BatchProof | null> {
    return this.loader('batchProofs', ({ database }) =>
      loaderBy<number, BatchProof>(
        (batches) => readBatchProofs(database, batches),
        ({ batch }) => batch,
      ),
    )
  }

  /** A loader, made when it is first used: most requests need one or two. */
  protected loader<Loader>(name: string, make: (services: ApiServices) => Loader): Loader {
    const known = this.#loaders.get(name) as Loader | undefined
    if (known !== undefined) return known
    const loader = make(this.services)
    this.#loaders.set(name, loader)
    return loader
  }

  /** A loader of rows by their positions. */
  protected byPosition<Row extends { position: number }>(
    name: string,
    read: (database: Database, positions: readonly number[]) => Promise<Row[]>,
  ): DataLoader<number, Row | null> {
    return this.loader(name, ({ database }) =>
      loaderBy<number, Row>(
        (positions) => read(database, positions),
        ({ position }) => position,
      ),
    )
  }
}

/** A loader of rows by a key that each row contains. */
export function loaderBy<K extends number | bigint | string, Row>(
  read: (keys: readonly K[]) => Promise<readonly Row[]>,
  keyOf: (row: Row) => K,
): DataLoader<K, Row | null> {
  return new DataLoader(async (keys) => {
    const rows = new Map((await read(keys)).map((row) => [keyOf(row), row]))
    return keys.map((key) => rows.get(key) ?? null)
  })
}
