import DataLoader from 'dataloader'
import type { Holding } from '../../ledger/state.ts'
import type { Database } from '../../storage/database.ts'
import { type HoldingKey, readHoldings, readNewestHoldings } from '../../storage/reads/holdings.ts'
import type { TipReader } from './tip-reader.ts'

/** Holdings that are read in one statement. */
const HOLDINGS_AT_ONCE = 500

/** A holding as of a block. */
export interface HoldingAt extends HoldingKey {
  /** Height of the block. */
  height: number
  /** The position after its last record. */
  end: number
}

/**
 * Reads holdings for all requests of a process. Those that are asked for in one turn of the event loop, as of one block, are read in one
 * statement; it goes on although one of the requests may have ended. As of the newest block that is known, their present counters are read; they are
 * read again, as of that block, if those turn out to be of a newer one.
 */
export function holdingReader(
  database: Database,
  tips: Pick<TipReader, 'known' | 'readBy'>,
): DataLoader<HoldingAt, Holding | undefined> {
  const readAsOf = async (keys: readonly HoldingKey[], height: number, end: number) => {
    if (height < (tips.known?.header.height ?? height)) return readHoldings(database, keys, end)
    const reading = readNewestHoldings(database, keys)
    tips.readBy(reading)
    const newest = await reading
    return newest.height === height ? newest.holdings : readHoldings(database, keys, end)
  }
  return new DataLoader(
    async (keys) => {
      const found = new Array<Holding | undefined>(keys.length)
      const read = async (asOf: number) => {
        const places = keys.flatMap(({ height }, i) => (height === asOf ? [i] : []))
        const asked = places.map((i) => keys[i]!)
        const holdings = await readAsOf(asked, asOf, asked[0]!.end)
        places.forEach((place, i) => {
          found[place] = holdings[i]
        })
      }
      await Promise.all([...new Set(keys.map(({ height }) => height))].map(read))
      return found
    },
    { cache: false, maxBatchSize: HOLDINGS_AT_ONCE },
  )
}
