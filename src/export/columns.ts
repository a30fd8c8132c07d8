/** The columns of each list that can be exported, in order. Those of transfers have the names that GraphQL has. */
export const EXPORT_COLUMNS = {
  transfers: [
    'position',
    'height',
    'timestamp',
    'kind',
    'hash',
    'asset',
    'from',
    'to',
    'amount',
    'fromStart',
    'toStart',
    'era',
    'memo',
    'note',
  ],
  assets: [
    'ordinal',
    'position',
    'id',
    'code',
    'name',
    'issuer',
    'cap',
    'decimals',
    'reinstatable',
    'custody',
    'madeFrom',
    'metadata',
  ],
  holdings: ['index', 'account', 'asset', 'balance', 'inTotal', 'outTotal'],
} as const

/** Name of a list. */
export type ListName = keyof typeof EXPORT_COLUMNS

/** A column of a list. */
export type Column<List extends ListName> = (typeof EXPORT_COLUMNS)[List][number]
