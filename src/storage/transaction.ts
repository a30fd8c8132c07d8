import type postgres from 'postgres'

/** The connection of an open transaction. */
export type Transaction = postgres.TransactionSql<{ numeric: bigint; int8: number }>
