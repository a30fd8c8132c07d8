import type { Database } from '../../storage/database.ts'
import { type BlockRow, readTipAbove } from '../../storage/reads/blocks.ts'

/**
 * Reads the newest final block. Requests that arrive in the same turn of the event loop share a read, which begins after all of them, so that
 * each sees every block that was final when it arrived. The columns of a block are read once.
 */
export class TipReader {
  readonly #database: Database
  #newest: BlockRow | undefined
  #next: Promise<BlockRow> | undefined
  #gathered: Promise<void> | undefined

  constructor(database: Database) {
    this.#database = database
  }

  /** The newest block that was read so far. */
  get known(): BlockRow | undefined {
    return this.#newest
  }

  /** Resolves once the requests of this turn of the event loop have arrived. They go on together, so that their statements are shared. */
  gathered(): Promise<void> {
    this.#gathered ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      this.#gathered = undefined
    })
    return this.#gathered
  }

  read(): Promise<BlockRow> {
    this.#next ??= this.gathered().then(() => {
      this.#next = undefined
      return this.#read()
    })
    return this.#next
  }

  async #read(): Promise<BlockRow> {
    const known = this.#newest
    const tip = (await readTipAbove(this.#database, known?.header.height ?? -1)) ?? known
    if (tip === undefined) throw new Error('the database has no genesis block')
    if (tip.header.height >= (this.#newest?.header.height ?? 0)) this.#newest = tip
    return tip
  }
}
