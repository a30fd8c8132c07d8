import { parseJson } from '../../codec/canonical-json.ts'
import { fieldToBytes } from '../../crypto/field.ts'
import type { Poseidon } from '../../crypto/poseidon.ts'
import { assetOf, parseDefinition } from '../../ledger/definition.ts'
import { MAX_DEFINITION_BYTES, MINT } from '../../ledger/params.ts'
import type { Database } from '../../storage/database.ts'
import { KIND_NUMBERS } from '../../storage/kind-numbers.ts'

/** Rows per round trip. */
const CHUNK = 1_000

interface Row {
  id: number
  asset_id: Uint8Array
  definition: string
  code: string
  issuer: Uint8Array
  cap: bigint
  decimals: number
  reinstatable: boolean
  /** Whether its mint holding and its register record are there. */
  placed: boolean
  made_from: Uint8Array[]
}

/** Checks that the columns of every asset, and the retirements that it is made from, are those of its definition. Keeps a page of definitions. */
export async function auditAssets(
  { sql }: Database,
  poseidon: Poseidon,
  report: (table: string, row: string | number, what: string) => void,
): Promise<void> {
  const cursor = sql<Row[]>`
    SELECT asset.id, asset.asset_id, asset.definition, asset.code, issuer.account AS issuer, asset.cap, asset.decimals, asset.reinstatable,
      EXISTS (SELECT FROM holding JOIN account ON account.id = holding.account
        WHERE holding.id = asset.mint_holding AND holding.asset = asset.id AND account.account = ${fieldToBytes(MINT)})
      AND EXISTS (SELECT FROM transfer WHERE position = asset.position AND kind = ${KIND_NUMBERS.register} AND asset = asset.id) AS placed,
      ARRAY(SELECT transfer.hash FROM made_from JOIN transfer USING (position) WHERE made_from.asset = asset.id ORDER BY ordinal) AS made_from
    FROM asset JOIN account AS issuer ON issuer.id = asset.issuer ORDER BY asset.id`.cursor(CHUNK)
  for await (const rows of cursor) {
    for (const row of rows) {
      const fault = faultOf(row, poseidon)
      if (fault !== undefined) report('asset', row.id, fault)
    }
  }
}

function faultOf(row: Row, poseidon: Poseidon): string | undefined {
  if (!row.placed) return 'has no mint holding or no register record'
  try {
    const { id, code, issuer, cap, decimals, reinstatable, madeFrom } = assetOf(
      poseidon,
      parseDefinition(parseJson(row.definition, MAX_DEFINITION_BYTES)),
      0,
    )
    const defined = [
      fieldToBytes(id),
      code,
      fieldToBytes(issuer),
      cap,
      decimals,
      reinstatable,
      madeFrom.map(fieldToBytes),
    ]
    const { asset_id, made_from, ...own } = row
    const stored = [asset_id, own.code, own.issuer, own.cap, own.decimals, own.reinstatable, made_from]
    return textOf(defined) === textOf(stored) ? undefined : 'is not what its definition says'
  } catch (error) {
    return `has a definition that cannot be read: ${(error as Error).message}`
  }
}

function textOf(values: unknown[]): string {
  return JSON.stringify(values, (_, value) => {
    if (value instanceof Uint8Array) return Array.from(value)
    return typeof value === 'bigint' ? `${value}` : value
  })
}
