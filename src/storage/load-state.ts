import { parseJson } from '../codec/canonical-json.ts'
import { FIELD_BYTES, fieldFromBytes, readField } from '../crypto/field.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import { assetOf, parseDefinition } from '../ledger/definition.ts'
import { type BlockHeader, decodeHeader } from '../ledger/header.ts'
import { LedgerState } from '../ledger/ledger-state.ts'
import { MAX_DEFINITION_BYTES } from '../ledger/params.ts'
import { type Database, databaseFailure } from './database.ts'
import { nextPosition } from './heights.ts'
import { KIND_NUMBERS } from './kind-numbers.ts'

/** Rows per round trip while loading. */
const CHUNK = 20_000

/** The newest final block. */
export interface StoredTip {
  header: BlockHeader
  hash: Uint8Array
  recordCount: number
  /** Encoded final certificate; null for genesis. */
  certificate: Uint8Array | null
}

/** The newest final block; undefined for a database that initializeChain has not seen. */
export async function loadTip({ sql }: Database): Promise<StoredTip | undefined> {
  const [row] = await sql<
    { header: Uint8Array; hash: Uint8Array; record_count: number; certificate: Uint8Array | null }[]
  >`
    SELECT header, hash, record_count, certificate FROM block ORDER BY height DESC LIMIT 1`
  return (
    row && {
      header: decodeHeader(row.header),
      hash: row.hash,
      recordCount: row.record_count,
      certificate: row.certificate,
    }
  )
}

/**
 * The final state, as of the newest block. A million holdings take about two seconds.
 * @param seed see LedgerState
 */
export async function loadLedgerState(
  database: Database,
  poseidon: Poseidon,
  seed?: number,
): Promise<LedgerState> {
  try {
    const state = new LedgerState(seed)
    const assetIds = await loadAssets(database, poseidon, state)
    await loadHoldings(database, state, assetIds)
    await loadRetirements(database, state, assetIds)
    state.setPosition(await nextPosition(database))
    return state
  } catch (error) {
    throw databaseFailure(error)
  }
}

/** Loads all assets into the state. @returns their ids, by the database's numbers */
async function loadAssets({ sql }: Database, poseidon: Poseidon, state: LedgerState): Promise<bigint[]> {
  const ids: bigint[] = []
  const cursor = sql<
    { definition: string; mint_holding: number }[]
  >`SELECT definition, mint_holding FROM asset ORDER BY id`.cursor(CHUNK)
  for await (const rows of cursor) {
    for (const { definition, mint_holding } of rows) {
      const parsed = parseDefinition(parseJson(definition, MAX_DEFINITION_BYTES))
      const asset = assetOf(poseidon, parsed, mint_holding)
      state.insertAsset(asset)
      ids.push(asset.id)
    }
  }
  return ids
}

/**
 * Loads all holdings into the state. Each chunk comes with its columns aggregated into single values, because one row per holding would take twice
 * as long. Accounts are read once, by their dense numbers, because a join would read the whole table again for each chunk.
 */
async function loadHoldings(database: Database, state: LedgerState, assetIds: bigint[]): Promise<void> {
  const accounts = await loadAccounts(database)
  for (let from = 0; ; from += CHUNK) {
    const [chunk] = await database.sql<{ numbers: string | null }[]>`
      SELECT string_agg(account || ' ' || asset || ' ' || in_total || ' ' || out_total, ' ' ORDER BY id) AS numbers
      FROM holding WHERE id >= ${from} AND id < ${from + CHUNK}`
    if (chunk!.numbers === null) return
    const words = chunk!.numbers.split(' ')
    for (let i = 0; i * 4 < words.length; i++) {
      const account = Number(words[i * 4])
      state.insertHolding({
        index: from + i,
        account: readField(accounts[Math.floor(account / CHUNK)]!, (account % CHUNK) * FIELD_BYTES),
        assetId: assetIds[Number(words[i * 4 + 1])]!,
        inTotal: BigInt(words[i * 4 + 2]!),
        outTotal: BigInt(words[i * 4 + 3]!),
      })
    }
  }
}

/** The bytes of all accounts in order of their numbers, in chunks. */
async function loadAccounts({ sql }: Database): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = []
  for (let from = 0; ; from += CHUNK) {
    const [chunk] = await sql<{ accounts: Uint8Array | null }[]>`
      SELECT string_agg(account, '' ORDER BY id) AS accounts FROM account WHERE id >= ${from} AND id < ${from + CHUNK}`
    if (chunk!.accounts === null) return chunks
    chunks.push(chunk!.accounts)
  }
}

async function loadRetirements({ sql }: Database, state: LedgerState, assetIds: bigint[]): Promise<void> {
  const cursor = sql<{ hash: Uint8Array; account: Uint8Array; asset: number; used_by: number | null }[]>`
    SELECT t.hash, account.account, t.asset, made_from.asset AS used_by
    FROM transfer AS t JOIN account ON account.id = t.from_account LEFT JOIN made_from ON made_from.position = t.position
    WHERE t.kind = ${KIND_NUMBERS.retire}`.cursor(CHUNK)
  for await (const rows of cursor) {
    for (const { hash, account, asset, used_by } of rows) {
      state.insertRetirement(fieldFromBytes(hash), {
        from: fieldFromBytes(account),
        assetId: assetIds[asset]!,
        usedBy: used_by === null ? undefined : assetIds[used_by],
      })
    }
  }
}
