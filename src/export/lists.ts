import { encodeAddress } from '../crypto/address.ts'
import { fieldToHex } from '../crypto/field.ts'
import { eraClockOf, timeOfEra } from '../ledger/era.ts'
import type { Genesis } from '../ledger/genesis.ts'
import { movedUnits } from '../ledger/record.ts'
import type { Database } from '../storage/database.ts'
import { type AssetFilter, type AssetRow, assetPage, readAssets } from '../storage/reads/assets.ts'
import { readHoldings } from '../storage/reads/holdings.ts'
import { holdingsOf, type TransferParent } from '../storage/reads/nested.ts'
import type { TransferRow } from '../storage/reads/rows.ts'
import { readNotes, type TransferFilter, transferPage } from '../storage/reads/transfers.ts'
import { type Column, EXPORT_COLUMNS } from './columns.ts'
import type { ExportList, ExportRow } from './rows.ts'

/** Where rows come from: a database with its chain. */
export interface ExportSource {
  database: Database
  genesis: Genesis
}

/** Records that match a filter, by position. @param end the position after the last record */
export function transferList(source: ExportSource, filter: TransferFilter, end: number): ExportList {
  return {
    columns: EXPORT_COLUMNS.transfers,
    end,
    async read(after, before, limit) {
      const page = { limit, backward: false, after, before }
      const records = await transferPage(source.database, filter, page)
      const rows = await transferRows(source, records)
      return records.map(({ position }, i) => ({ key: position, row: rows[i]! }))
    },
  }
}

/** Records as rows, in the same order. */
export async function transferRows(
  { database, genesis }: ExportSource,
  records: readonly TransferRow[],
): Promise<ExportRow[]> {
  if (records.length === 0) return []
  const [assets, notes] = await Promise.all([
    readAssets(database, [...new Set(records.map(({ assetId }) => assetId))]),
    readNotes(
      database,
      records.map(({ position }) => position),
    ),
  ])
  const codes = new Map(assets.map(({ id, code }) => [id, code]))
  const texts = new Map(notes.map(({ position, text }) => [position, text]))
  const clock = eraClockOf(genesis)
  return records.map((record) => {
    const row: Record<Column<'transfers'>, string | null> = {
      position: String(record.position),
      height: String(record.height),
      timestamp: new Date(timeOfEra(clock, record.blockEra)).toISOString(),
      kind: record.kind.toUpperCase(),
      hash: fieldToHex(record.hash),
      asset: codes.get(record.assetId) ?? null,
      from: encodeAddress(record.from),
      to: encodeAddress(record.to),
      amount: String(movedUnits(record)),
      fromStart: String(record.fromStart),
      toStart: String(record.toStart),
      era: String(record.era),
      memo: fieldToHex(record.memo),
      note: texts.get(record.position) ?? null,
    }
    return row
  })
}

/** Assets that match a filter, in order of registration. @param end their number as of the block */
export function assetList({ database }: ExportSource, filter: AssetFilter, end: number): ExportList {
  return {
    columns: EXPORT_COLUMNS.assets,
    end,
    async read(after, before, limit) {
      const assets = await assetPage(database, filter, { limit, backward: false, after, before })
      return assets.map((asset) => ({ key: asset.ordinal, row: assetRow(asset) }))
    },
  }
}

function assetRow(asset: AssetRow): ExportRow {
  const row: Record<Column<'assets'>, string | boolean | null> = {
    ordinal: String(asset.ordinal),
    position: String(asset.position),
    id: fieldToHex(asset.id),
    code: asset.code,
    name: asset.definition.name,
    issuer: encodeAddress(asset.issuer),
    cap: String(asset.cap),
    decimals: String(asset.decimals),
    reinstatable: asset.reinstatable,
    custody: asset.definition.custody ?? null,
    madeFrom: asset.definition.madeFrom.join(' '),
    metadata: JSON.stringify(asset.definition.metadata),
  }
  return row
}

/** What a list of holdings belongs to, and the block that it is as of. */
export interface HoldingSelection {
  parent: TransferParent
  /** Account or asset id. */
  id: bigint
  /** Number of holdings as of the block. */
  holdings: number
  /** The position after the block's last record. */
  end: number
}

/** All holdings of an asset or of an account, those that are empty again included, in order of first receipt. */
export function holdingList({ database }: ExportSource, selection: HoldingSelection): ExportList {
  const { parent, id, holdings, end } = selection
  return {
    columns: EXPORT_COLUMNS.holdings,
    end: holdings,
    async read(after, before, limit) {
      const page = { end, limit, backward: false, after, before, empty: true, unowned: true }
      const [names = []] = await holdingsOf(database, parent, [id], page)
      const [found, assets] = await Promise.all([
        readHoldings(database, names, end),
        readAssets(database, [...new Set(names.map(({ assetId }) => assetId))]),
      ])
      const codes = new Map(assets.map((asset) => [asset.id, asset.code]))
      return names.map(({ index, account, assetId }, i) => {
        const { inTotal, outTotal } = found[i] ?? { inTotal: 0n, outTotal: 0n }
        const row: Record<Column<'holdings'>, string | null> = {
          index: String(index),
          account: encodeAddress(account),
          asset: codes.get(assetId) ?? null,
          balance: String(inTotal - outTotal),
          inTotal: String(inTotal),
          outTotal: String(outTotal),
        }
        return { key: index, row }
      })
    },
  }
}
