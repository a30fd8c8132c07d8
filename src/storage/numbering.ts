import { fieldFromBytes, fieldToBytes } from '../crypto/field.ts'
import { MINT, RETIRED } from '../ledger/params.ts'
import type { LedgerRecord } from '../ledger/record.ts'
import type { StateChanges } from '../ledger/state.ts'
import { bytes, numbers } from './columns.ts'
import { type Key, seekLast } from './seek.ts'
import type { Transaction } from './transaction.ts'

/** The numbers of a record's sender, receiver and signer. */
interface Parties {
  from: number
  to: number
  signer: number
}

/** The database's numbers of the accounts or assets of a block. */
export interface Numbers {
  of(value: bigint): number
  /** The new ones, in order of their numbers. */
  added: bigint[]
  /** Number of all accounts or assets, new ones included. */
  total: number
  partiesOf(record: LedgerRecord): Parties
}

/** The numbers of all accounts of a block. New ones get the next numbers in order of appearance. */
export async function accountNumbers(
  tx: Transaction,
  records: readonly LedgerRecord[],
  changes: Pick<StateChanges, 'holdings' | 'assets' | 'usages'>,
): Promise<Numbers> {
  const issuers = await issuersOf(tx, records, changes)
  const named = new Set<bigint>()
  for (const { from, to } of records) named.add(from).add(to)
  for (const { account } of changes.holdings.values()) named.add(account)
  for (const issuer of issuers.values()) named.add(issuer)
  for (const sponsor of changes.usages.keys()) named.add(sponsor)
  const rows = await tx<{ id: number; key: Uint8Array }[]>`
    SELECT id, account AS key FROM account WHERE account = ANY(${bytes([...named].map(fieldToBytes))}::bytea[])`
  const [last] = await tx<{ total: number }[]>`SELECT coalesce(max(id) + 1, 0) AS total FROM account`
  const result = numbered(named, rows, last!.total)
  return {
    ...result,
    partiesOf: ({ from, to, assetId }) => ({
      from: result.of(from),
      to: result.of(to),
      signer: result.of(from === MINT || from === RETIRED ? issuers.get(assetId)! : from),
    }),
  }
}

/** The numbers of all assets of a block. */
export async function assetNumbers(
  tx: Transaction,
  records: readonly LedgerRecord[],
  changes: Pick<StateChanges, 'assets'>,
): Promise<Numbers> {
  const named = new Set(changes.assets.map((a) => a.id))
  for (const { assetId } of records) named.add(assetId)
  const rows = await tx<{ id: number; key: Uint8Array }[]>`
    SELECT id, asset_id AS key FROM asset WHERE asset_id = ANY(${bytes([...named].map(fieldToBytes))}::bytea[])`
  const [last] = await tx<{ total: number }[]>`SELECT coalesce(max(id) + 1, 0) AS total FROM asset`
  const partiesOf = () => {
    throw new Error('assets sign nothing')
  }
  return { ...numbered(named, rows, last!.total), partiesOf }
}

function numbered(named: Set<bigint>, known: { id: number; key: Uint8Array }[], next: number) {
  const ids = new Map(known.map(({ id, key }) => [fieldFromBytes(key), id]))
  const added = [...named].filter((value) => !ids.has(value))
  added.forEach((value, i) => {
    ids.set(value, next + i)
  })
  const of = (value: bigint) => {
    const id = ids.get(value)
    if (id === undefined) throw new Error(`nothing is numbered for ${value}`)
    return id
  }
  return { of, added, total: next + added.length }
}

/** Issuers of the assets whose mint or retired units a block moves. They sign these actions. */
async function issuersOf(
  tx: Transaction,
  records: readonly LedgerRecord[],
  { assets }: Pick<StateChanges, 'assets'>,
): Promise<Map<bigint, bigint>> {
  const issuers = new Map(assets.map((a) => [a.id, a.issuer]))
  const missing = new Set<bigint>()
  for (const { from, assetId } of records) {
    if ((from === MINT || from === RETIRED) && !issuers.has(assetId)) missing.add(assetId)
  }
  if (missing.size === 0) return issuers
  const rows = await tx<{ id: Uint8Array; issuer: Uint8Array }[]>`
    SELECT asset.asset_id AS id, account.account AS issuer FROM asset JOIN account ON account.id = asset.issuer
    WHERE asset.asset_id = ANY(${bytes([...missing].map(fieldToBytes))}::bytea[])`
  for (const { id, issuer } of rows) issuers.set(fieldFromBytes(id), fieldFromBytes(issuer))
  return issuers
}

/** Ordinals of a record among all records of its asset, of its sender and of its receiver. */
interface Ordinals {
  assetSeq: number
  /** Units of its asset that records up to and including it moved, registrations left out. */
  assetUnits: bigint
  fromSeq: number
  toSeq: number
}

/** Continues the stored ordinals for the records of a block. Call `next` once per record, in order. */
export async function lastOrdinals(
  tx: Transaction,
  records: readonly LedgerRecord[],
  accounts: Numbers,
  assets: Numbers,
): Promise<{ next(record: LedgerRecord): Ordinals }> {
  const parties = records.map((record) => accounts.partiesOf(record))
  const next = records[0]?.position ?? 0
  const last = async (column: 'asset' | 'from' | 'to', ids: number[]) => {
    const by: Key = column === 'asset' ? 'asset' : `${column}_account`
    const seq = `${column}_seq`
    return tx<{ id: number; seq: number; units: bigint }[]>`
      SELECT i.id, t.seq, t.units FROM unnest(${numbers([...new Set(ids)])}::integer[]) AS i (id)
      CROSS JOIN LATERAL (SELECT ${tx(seq)} AS seq, asset_units AS units FROM transfer ${seekLast(tx, by, tx`i.id`, next)}) AS t`
  }
  const [ofAsset, ofFrom, ofTo] = [
    await last(
      'asset',
      records.map((r) => assets.of(r.assetId)),
    ),
    await last(
      'from',
      parties.map((p) => p.from),
    ),
    await last(
      'to',
      parties.map((p) => p.to),
    ),
  ]
  const [assetSeqs, fromSeqs, toSeqs] = [ofAsset, ofFrom, ofTo].map(
    (rows) => new Map(rows.map(({ id, seq }) => [id, seq])),
  ) as [Map<number, number>, Map<number, number>, Map<number, number>]
  const units = new Map(ofAsset.map((row) => [row.id, row.units]))
  const step = (map: Map<number, number>, id: number) => {
    const seq = (map.get(id) ?? 0) + 1
    map.set(id, seq)
    return seq
  }
  return {
    next(record) {
      const { from, to } = accounts.partiesOf(record)
      const asset = assets.of(record.assetId)
      const assetUnits = (units.get(asset) ?? 0n) + (record.kind === 'register' ? 0n : record.amount)
      units.set(asset, assetUnits)
      return {
        assetSeq: step(assetSeqs, asset),
        assetUnits,
        fromSeq: step(fromSeqs, from),
        toSeq: step(toSeqs, to),
      }
    },
  }
}
