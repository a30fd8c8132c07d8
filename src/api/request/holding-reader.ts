import DataLoader from 'dataloader'
import type { Holding } from '../../ledger/state.ts'
import type { Database } from '../../storage/database.ts'
import { type HoldingKey, readHoldings } from '../../storage/reads/holdings.ts'

/** Holdings that are read in one statement. */
const HOLDINGS_AT_ONCE = 500

/** A holding before position `end`. */
export interface HoldingAt extends HoldingKey {
  end: number
}

/**
 * Reads holdings for all requests of a process. Those that are asked for in one turn of the event loop, as of one position, are read in one
 * statement; it goes on although one of the requests may have ended.
 */
export function holdingReader(database: Database): DataLoader<HoldingAt, Holding | undefined> {
  return new DataLoader(
    async (keys) => {
      const found = new Array<Holding | undefined>(keys.length)
      const read = async (end: number) => {
        const places = keys.flatMap((key, i) => (key.end === end ? [i] : []))
        const asked = places.map((i) => ({ account: keys[i]!.account, assetId: keys[i]!.assetId }))
        const holdings = await readHoldings(database, asked, end)
        places.forEach((place, i) => {
          found[place] = holdings[i]
        })
      }
      await Promise.all([...new Set(keys.map(({ end }) => end))].map(read))
      return found
    },
    { cache: false, maxBatchSize: HOLDINGS_AT_ONCE },
  )
}
