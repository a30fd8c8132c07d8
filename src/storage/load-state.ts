import { FIELD_BYTES, fieldFromBytes, fieldToBytes, readField } from '../crypto/field.ts'
import { type BlockHeader, decodeHeader } from '../ledger/header.ts'
import { LedgerState } from '../ledger/ledger-state.ts'
import { chargedFor, mayRegister, type Quotas } from '../ledger/quota.ts'
import { newest, RESERVATION_MEMOS } from '../ledger/reservation.ts'
import type { Rules } from '../ledger/rules.ts'
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
  rules: Pick<Rules, 'quotas' | 'reservations' | 'ttl'>,
  seed?: number,
): Promise<LedgerState> {
  const { quotas } = rules
  try {
    const state = new LedgerState(seed)
    await loadAssets(database, state, quotas)
    await loadHoldings(database, state, quotas)
    await loadRetirements(database, state, quotas)
    if (rules.reservations !== undefined)
      await loadReservations(database, state, rules.ttl + rules.reservations.life)
    state.setPosition(await nextPosition(database))
    return state
  } catch (error) {
    throw databaseFailure(error)
  }
}
/** Loads all assets into the state, in the order of the database's numbers. Definitions stay in the database; only their lengths count. */
async function loadAssets({ sql }: Database, state: LedgerState, quotas: Quotas): Promise<void> {
  const cursor = sql<AssetRow[]>`
    SELECT asset.asset_id, asset.code, account.account AS issuer, asset.reinstatable, asset.mint_holding, octet_length(asset.definition) AS bytes
    FROM asset JOIN account ON account.id = asset.issuer ORDER BY asset.id`.cursor(CHUNK)
  for await (const rows of cursor) {
    for (const { asset_id, code, issuer, reinstatable, mint_holding, bytes } of rows) {
      const asset = {
        id: fieldFromBytes(asset_id),
        code,
        issuer: fieldFromBytes(issuer),
        reinstatable,
        mintHolding: mint_holding,
      }
      state.insertAsset(asset)
      state.charge(chargedFor(quotas, asset.issuer), { assets: 1, bytes })
    }
  }
}

interface AssetRow {
  asset_id: Uint8Array
  code: string
  issuer: Uint8Array
  reinstatable: boolean
  mint_holding: number
  bytes: number
}

/**
 * Loads all holdings into the state. Each chunk comes with its columns aggregated into single values, because one row per holding would take twice
 * as long. Accounts are read once, by their dense numbers, because a join would read the whole table again for each chunk.
 */
async function loadHoldings(database: Database, state: LedgerState, quotas: Quotas): Promise<void> {
  const accounts = await loadAccounts(database)
  const perAsset = new Uint32Array(state.assetCount)
  for (let from = 0; ; from += CHUNK) {
    const [chunk] = await database.sql<{ numbers: string | null }[]>`
      SELECT string_agg(account || ' ' || asset || ' ' || in_total || ' ' || out_total, ' ' ORDER BY id) AS numbers
      FROM holding WHERE id >= ${from} AND id < ${from + CHUNK}`
    if (chunk!.numbers === null) break
    const words = chunk!.numbers.split(' ')
    for (let i = 0; i * 4 < words.length; i++) {
      const account = Number(words[i * 4])
      const asset = Number(words[i * 4 + 1])
      perAsset[asset]! += 1
      state.insertHolding({
        index: from + i,
        account: readField(accounts[Math.floor(account / CHUNK)]!, (account % CHUNK) * FIELD_BYTES),
        asset,
        inTotal: BigInt(words[i * 4 + 2]!),
        outTotal: BigInt(words[i * 4 + 3]!),
      })
    }
  }
  for (const [asset, holdings] of perAsset.entries())
    state.charge(chargedFor(quotas, state.issuerOf(asset)), { holdings })
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

/** Loads the retirements that a definition may still be made from. PROTOCOL.md, "Made from". */
async function loadRetirements({ sql }: Database, state: LedgerState, quotas: Quotas): Promise<void> {
  const cursor = sql<{ hash: Uint8Array; account: Uint8Array; sponsor: Uint8Array }[]>`
    SELECT t.hash, sender.account, issuer.account AS sponsor
    FROM transfer AS t JOIN account AS sender ON sender.id = t.from_account
    JOIN asset ON asset.id = t.asset JOIN account AS issuer ON issuer.id = asset.issuer
    WHERE t.kind = ${KIND_NUMBERS.retire} AND NOT EXISTS (SELECT FROM made_from WHERE made_from.position = t.position)`.cursor(
    CHUNK,
  )
  for await (const rows of cursor) {
    for (const row of rows) {
      const retirement = { from: fieldFromBytes(row.account), sponsor: fieldFromBytes(row.sponsor) }
      if (!mayRegister(quotas, retirement.from)) continue
      state.insertRetirement(fieldFromBytes(row.hash), retirement)
      state.charge(chargedFor(quotas, retirement.sponsor), { retirements: 1 })
    }
  }
}

/**
 * Loads the reservations that a registration may still use: those of the newest `eras` eras. `keepReservation` kept them when they were made.
 */
async function loadReservations({ sql }: Database, state: LedgerState, eras: number): Promise<void> {
  const { first, end } = RESERVATION_MEMOS
  const cursor = sql<{ memo: Uint8Array; account: Uint8Array; era: number }[]>`
    SELECT t.memo, signer.account, block.era
    FROM transfer AS t JOIN block ON block.height = t.height JOIN asset ON asset.id = t.asset
    JOIN account AS signer
      ON signer.id = CASE WHEN t.kind IN (${KIND_NUMBERS.issue}, ${KIND_NUMBERS.reinstate}) THEN asset.issuer ELSE t.from_account END
    WHERE t.memo >= ${fieldToBytes(first)} AND t.memo < ${fieldToBytes(end)}
      AND t.position >= (SELECT min(position) FROM block WHERE era > (SELECT max(era) FROM block) - ${eras})
      AND EXISTS (SELECT FROM asset AS own WHERE own.issuer = signer.id AND own.position < t.position)
    ORDER BY t.position`.cursor(CHUNK)
  for await (const rows of cursor) {
    for (const { memo, account, era } of rows) {
      const signer = fieldFromBytes(account)
      const made = { commitment: fieldFromBytes(memo), era }
      state.setReservations(signer, newest([made, ...state.reservations(signer)]))
    }
  }
}
