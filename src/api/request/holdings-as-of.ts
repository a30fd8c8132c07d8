import type { Holding } from '../../ledger/state.ts'
import { type HoldingKey, readHoldings } from '../../storage/reads/holdings.ts'
import type { HoldingModel } from './models.ts'
import type { ApiServices } from './services.ts'

/** Counters of holdings before position `end`. */
export async function holdingsAsOf(
  { database }: ApiServices,
  keys: readonly HoldingKey[],
  height: number,
  end: number,
): Promise<HoldingModel[]> {
  const found = await readHoldings(database, keys, end)
  return keys.map((key, i) => holdingModel(key, found[i], height))
}

/** A holding as of a height; zeros and no index if it was not opened by then. */
export function holdingModel(key: HoldingKey, found: Holding | undefined, height: number): HoldingModel {
  const { inTotal, outTotal, index } = found ?? { inTotal: 0n, outTotal: 0n, index: null }
  return { ...key, inTotal, outTotal, index, height }
}
