import type postgres from 'postgres'
import type { LedgerRecord, RecordFlags } from '../../ledger/record.ts'
import { toField } from '../columns.ts'
import type { Sql } from '../database.ts'
import { KINDS } from '../kind-numbers.ts'
import { type Names, namesOf } from './names.ts'

/** A piece of SQL to be inserted into another. */
export type Fragment = postgres.Fragment

/** A final record with the height of its block. */
export interface TransferRow extends LedgerRecord {
  height: number
}

/** The selected columns of a transfer. */
export interface TransferColumns {
  position: number
  height: number
  kind: number
  flags: number
  hash: string
  asset: number
  fromAccount: number
  toAccount: number
  fromHolding: number
  toHolding: number
  amount: bigint
  fromStart: bigint
  toStart: bigint
  era: number
  memo: Uint8Array | null
}

/** The columns of the table or query `t` that a transfer is made of. */
export const transferColumns = (sql: Sql): Fragment => sql`
  t.position, t.height, t.kind, t.flags, encode(t.hash, 'hex') AS hash, t.asset, t.from_account AS "fromAccount",
  t.to_account AS "toAccount", t.from_holding AS "fromHolding", t.to_holding AS "toHolding", t.amount,
  t.from_start AS "fromStart", t.to_start AS "toStart", t.era, t.memo`

/**
 * The complete transfers at the positions that `positions` (a query with a column `position`) selects, in no order. The rows are selected
 * before they are joined, so that an index on transfer is used to select them.
 */
export async function selectTransfers(sql: Sql, positions: Fragment): Promise<TransferRow[]> {
  const rows = await sql<TransferColumns[]>`
    SELECT ${transferColumns(sql)} FROM (${positions}) picked JOIN transfer t ON t.position = picked.position`
  return toTransfers(sql, rows)
}

/** Transfers of the columns that were selected for them, in their order. */
export async function toTransfers(sql: Sql, rows: readonly TransferColumns[]): Promise<TransferRow[]> {
  const names = await namesOf(sql, rows)
  return rows.map((row) => toTransfer(row, names))
}

function toTransfer(row: TransferColumns, names: Names): TransferRow {
  return {
    position: row.position,
    height: row.height,
    kind: KINDS[row.kind]!,
    hash: BigInt(`0x${row.hash}`),
    from: names.account(row.fromAccount),
    to: names.account(row.toAccount),
    assetId: names.asset(row.asset),
    amount: row.amount,
    fromStart: row.fromStart,
    toStart: row.toStart,
    era: row.era,
    blockEra: names.era(row.height),
    memo: row.memo === null ? 0n : toField(row.memo),
    fromHolding: row.fromHolding,
    toHolding: row.toHolding,
    flags: row.flags as RecordFlags,
  }
}
