import type { TransferRow } from './rows.ts'
import type { TransferFilter } from './transfer-filter.ts'

/** Each condition of a filter, on a record in memory. Together they select what the SQL of `foundPositions` selects. */
const CONDITIONS: {
  [Name in keyof TransferFilter]-?: (record: TransferRow, value: NonNullable<TransferFilter[Name]>) => boolean
} = {
  account: ({ from, to }, account) => from === account || to === account,
  accounts: ({ from, to }, accounts) => accounts.includes(from) || accounts.includes(to),
  from: (record, from) => record.from === from,
  to: (record, to) => record.to === to,
  assetId: (record, assetId) => record.assetId === assetId,
  assetIds: ({ assetId }, assetIds) => assetIds.includes(assetId),
  kind: (record, kind) => record.kind === kind,
  kinds: ({ kind }, kinds) => kinds.includes(kind),
  memo: (record, memo) => record.memo === memo,
  heightFrom: ({ height }, heightFrom) => height >= heightFrom,
  heightTo: ({ height }, heightTo) => height <= heightTo,
  eraFrom: ({ blockEra }, eraFrom) => blockEra >= eraFrom,
  eraTo: ({ blockEra }, eraTo) => blockEra <= eraTo,
}

/** Whether a record fulfills all conditions of a filter. */
export function matchesFilter(filter: TransferFilter, record: TransferRow): boolean {
  return Object.entries(filter).every(([name, value]) => {
    const condition = CONDITIONS[name as keyof TransferFilter] as (
      record: TransferRow,
      value: unknown,
    ) => boolean
    return value === undefined || condition(record, value)
  })
}
