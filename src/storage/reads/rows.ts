import type postgres from 'postgres'
import type { LedgerRecord, RecordFlags } from '../../ledger/record.ts'
import type { Sql } from '../database.ts'
import { KINDS } from '../kind-numbers.ts'

/** A piece of SQL to be inserted into another. */
export type Fragment = postgres.Fragment

/** A final record with the height of its block. */
export interface TransferRow extends LedgerRecord {
  height: number
}

/** The selected columns of a transfer. */
interface TransferColumns {
  position: number
  height: number
  kind: number
  flags: number
  hash: Uint8Array
  assetId: Uint8Array
  sender: Uint8Array
  receiver: Uint8Array
  fromHolding: number
  toHolding: number
  amount: bigint
  fromStart: bigint
  toStart: bigint
  era: number
  blockEra: number
  memo: Uint8Array | null
}

/**
 * The complete transfers at the positions that `positions` (a query with a column `position`) selects, in no order. The rows are selected
 * before they are joined, so that an index on transfer is used to select them.
 */
export async function selectTransfers(sql: Sql, positions: Fragment): Promise<TransferRow[]> {
  const rows = await sql<TransferColumns[]>`
    SELECT t.position, t.height, t.kind, t.flags, t.hash, asset.asset_id AS "assetId",
      sender.account AS sender, receiver.account AS receiver, t.from_holding AS "fromHolding",
      t.to_holding AS "toHolding", t.amount, t.from_start AS "fromStart", t.to_start AS "toStart", t.era,
      block.era AS "blockEra", t.memo
    FROM (${positions}) picked
    JOIN transfer t ON t.position = picked.position
    JOIN block ON block.height = t.height
    JOIN asset ON asset.id = t.asset
    JOIN account sender ON sender.id = t.from_account
    JOIN account receiver ON receiver.id = t.to_account`
  return rows.map(toTransfer)
}

function toTransfer(row: TransferColumns): TransferRow {
  return {
    position: row.position,
    height: row.height,
    kind: KINDS[row.kind]!,
    hash: toField(row.hash),
    from: toField(row.sender),
    to: toField(row.receiver),
    assetId: toField(row.assetId),
    amount: row.amount,
    fromStart: row.fromStart,
    toStart: row.toStart,
    era: row.era,
    blockEra: row.blockEra,
    memo: row.memo === null ? 0n : toField(row.memo),
    fromHolding: row.fromHolding,
    toHolding: row.toHolding,
    flags: row.flags as RecordFlags,
  }
}

/** Reads a stored field element: 32 big-endian bytes. */
export function toField(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`)
}
