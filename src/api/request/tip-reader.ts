import type { Database } from '../../storage/database.ts'
import { type BlockRow, readTipAbove } from '../../storage/reads/blocks.ts'

/** A read that has not begun. */
interface Gathering {
  read: Promise<BlockRow>
  /** Begins it, or takes the newest height that another statement finds. */
  begin(told?: Promise<number | undefined>): void
}

/**
 * Reads the newest final block. Requests that arrive in the same turn of the event loop share a read, which begins after all of them, so that
 * each sees every block that was final when it arrived. The columns of a block are read once.
 */
export class TipReader {
  readonly #database: Database
  #newest: BlockRow | undefined
  #next: Gathering | undefined
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
    this.#next ??= this.#gather()
    return this.#next.read
  }

  /** Has the reads that have not begun take the newest height from a statement that is sent now, and saves them one of their own. */
  readBy(statement: Promise<{ height: number }>): void {
    this.#next?.begin(
      statement.then(
        ({ height }) => height,
        () => undefined,
      ),
    )
  }

  #gather(): Gathering {
    let begin: Gathering['begin'] = () => {}
    const read = new Promise<number | undefined>((resolve) => {
      begin = (told) => {
        this.#next = undefined
        resolve(told)
      }
    }).then((told) => this.#readAbove(told))
    const gathering = { read, begin }
    // Behind what goes on once the requests have arrived, which may send a statement that finds the height.
    this.gathered()
    setImmediate(() => {
      if (this.#next === gathering) begin()
    })
    return gathering
  }

  /** @param told the newest height that another statement found */
  async #readAbove(told: number | undefined): Promise<BlockRow> {
    const known = this.#newest
    if (known !== undefined && told !== undefined && told <= known.header.height) return known
    const tip = (await readTipAbove(this.#database, known?.header.height ?? -1)) ?? known
    if (tip === undefined) throw new Error('the database has no genesis block')
    if (tip.header.height >= (this.#newest?.header.height ?? 0)) this.#newest = tip
    return tip
  }
}
