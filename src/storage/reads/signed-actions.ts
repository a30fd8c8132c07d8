import { parseJson } from '../../codec/canonical-json.ts'
import { fieldFromBytes } from '../../crypto/field.ts'
import type { PublicKey, SignedAction } from '../../ledger/action.ts'
import { parseDefinition } from '../../ledger/definition.ts'
import { MAX_DEFINITION_BYTES } from '../../ledger/params.ts'
import { numbers, toField } from '../columns.ts'
import type { Database, Sql } from '../database.ts'
import { KIND_NUMBERS } from '../kind-numbers.ts'
import type { Fragment } from './rows.ts'

/** The columns of a record from which its action is put together again. */
export interface ActionRow {
  position: number
  height: number
  kind: number
  definition: string | null
  sender: Uint8Array
  receiver: Uint8Array
  assetId: Uint8Array
  amount: bigint
  fromStart: bigint
  era: number
  memo: Uint8Array | null
  keyKind: number
  publicKey: Uint8Array
  signature: Uint8Array
  note: string | null
}

/** The actions of the blocks of these heights, in order. Genesis has none: its records are not signed. */
export async function readActionsOfBlocks(
  { sql }: Database,
  first: number,
  last: number,
): Promise<ActionRow[]> {
  return selectActions(
    sql,
    sql`
    SELECT t.* FROM block JOIN transfer t ON t.position >= block.position AND t.position < block.position + block.record_count
    WHERE block.height BETWEEN ${first} AND ${last}`,
  )
}

/** The actions of the records at these positions, in order. Those of the genesis are left out. */
export async function readActionsAt({ sql }: Database, positions: readonly number[]): Promise<ActionRow[]> {
  return selectActions(
    sql,
    sql`SELECT t.* FROM transfer t WHERE t.position = ANY (${numbers(positions)}::bigint[])`,
  )
}

/** @param records a query for rows of `transfer` */
async function selectActions(sql: Sql, records: Fragment): Promise<ActionRow[]> {
  return sql<ActionRow[]>`
    SELECT t.position, t.height, t.kind, CASE WHEN t.kind = 0 THEN asset.definition END AS definition, sender.account AS sender,
      receiver.account AS receiver, asset.asset_id AS "assetId", t.amount, t.from_start AS "fromStart", t.era, t.memo,
      signer.key_kind AS "keyKind", signer.public_key AS "publicKey", t.signature, note.text AS note
    FROM (${records}) t
    JOIN asset ON asset.id = t.asset
    JOIN account sender ON sender.id = t.from_account
    JOIN account receiver ON receiver.id = t.to_account
    JOIN account signer ON signer.id = CASE WHEN t.kind IN (0, 1, 4) THEN asset.issuer ELSE t.from_account END
    LEFT JOIN note ON note.position = t.position
    WHERE t.signature IS NOT NULL
    ORDER BY t.position`
}

/** The action of a record, with its signature. */
export function toAction(row: ActionRow, chainId: bigint): SignedAction {
  const publicKey: PublicKey = { kind: row.keyKind === 0 ? 'eddsa' : 'rsa', bytes: row.publicKey }
  const signed = { publicKey, signature: row.signature }
  if (row.kind === KIND_NUMBERS.register) {
    const definition = parseDefinition(parseJson(row.definition ?? '', MAX_DEFINITION_BYTES))
    return { type: 'register', chainId, era: row.era, definition, ...signed }
  }
  return {
    type: 'transfer',
    transfer: {
      chainId,
      from: toField(row.sender),
      to: toField(row.receiver),
      assetId: toField(row.assetId),
      fromStart: row.fromStart,
      amount: row.amount,
      era: row.era,
      memo: row.memo === null ? 0n : fieldFromBytes(row.memo),
    },
    ...signed,
  }
}
