import { bytesToHex } from '../../codec/bytes.ts'
import { MAX_UNCERTIFIED } from '../../consensus/certify.ts'
import { decodeCertificate } from '../../consensus/codec.ts'
import type { Certificate } from '../../consensus/types.ts'
import { encodeAction } from '../../ledger/action-codec.ts'
import { encodeBody } from '../../ledger/body.ts'
import { type BlockHeader, decodeHeader } from '../../ledger/header.ts'
import { type Database, databaseFailure } from '../database.ts'
import { readActionsOfBlocks, toAction } from './signed-actions.ts'

/** A final block with everything that a node needs to apply it. */
export interface FinalBlockRow {
  header: BlockHeader
  /** Hex. */
  hash: string
  /** Encoded final certificate, of this block or of a descendant; null for genesis. */
  certificate: Uint8Array | null
  body: Uint8Array
  /** Notes of its actions, by the action's index in the body. */
  notes: Map<number, string>
}

interface HeadRow {
  hash: Uint8Array
  header: Uint8Array
  certificate: Uint8Array | null
  records: number
}

/** The final blocks from a height on, ascending: at most `count`, with about `maxRecords` records in total, but at least one block. */
export async function readFinalBlocks(
  database: Database,
  { from, count, maxRecords }: { from: number; count: number; maxRecords: number },
): Promise<FinalBlockRow[]> {
  const { sql } = database
  try {
    const heads = await sql<HeadRow[]>`
      SELECT hash, header, certificate, record_count AS records FROM block
      WHERE height >= ${from} ORDER BY height LIMIT ${count}`
    let records = 0
    const fitting = heads.filter((head, i) => {
      records += head.records
      return i === 0 || records <= maxRecords
    })
    return await withBodies(database, fitting)
  } catch (error) {
    throw databaseFailure(error)
  }
}

/** The final block with this hash (hex). */
export async function readFinalBlock(database: Database, hash: string): Promise<FinalBlockRow | undefined> {
  const { sql } = database
  try {
    const heads = await sql<HeadRow[]>`
      SELECT hash, header, certificate, record_count AS records FROM block WHERE hash = ${Buffer.from(hash, 'hex')}`
    return (await withBodies(database, heads))[0]
  } catch (error) {
    throw databaseFailure(error)
  }
}

/** A final header with the certificate that made it, and nothing else, final. Encoded. */
export interface CertifiedHeader {
  header: Uint8Array
  certificate: Uint8Array
}

/** The newest final block up to a height whose own certificate was stored with it. */
export async function readCertifiedHeader(
  { sql }: Database,
  validators: number,
  maxHeight: number,
): Promise<CertifiedHeader | undefined> {
  const rows = await sql<StoredHeader[]>`
    SELECT hash, header, certificate FROM block WHERE certificate IS NOT NULL AND height <= ${maxHeight}
    ORDER BY height DESC LIMIT ${MAX_UNCERTIFIED + 1}`
  return rows.find((row) => isOwn(row, validators))
}

/** The first final block from a height on whose own certificate was stored with it. */
export async function readFirstCertified(
  { sql }: Database,
  validators: number,
  minHeight: number,
): Promise<CertifiedHeader | undefined> {
  const rows = await sql<StoredHeader[]>`
    SELECT hash, header, certificate FROM block WHERE certificate IS NOT NULL AND height >= ${minHeight}
    ORDER BY height LIMIT ${MAX_UNCERTIFIED + 1}`
  return rows.find((row) => isOwn(row, validators))
}

interface StoredHeader extends CertifiedHeader {
  hash: Uint8Array
}

const isOwn = ({ hash, certificate }: StoredHeader, validators: number): boolean =>
  decodeCertificate(certificate, validators).hash === bytesToHex(hash)

/** The newest final block whose own certificate was stored with it, decoded. */
export async function readNewestCertified(
  database: Database,
  validators: number,
): Promise<{ header: BlockHeader; certificate: Certificate } | undefined> {
  const found = await readCertifiedHeader(database, validators, Number.MAX_SAFE_INTEGER)
  if (found === undefined) return undefined
  return { header: decodeHeader(found.header), certificate: decodeCertificate(found.certificate, validators) }
}

async function withBodies(database: Database, heads: readonly HeadRow[]): Promise<FinalBlockRow[]> {
  if (heads.length === 0) return []
  const headers = heads.map(({ header }) => decodeHeader(header))
  const { chainId } = headers[0]!
  const total = heads.reduce((sum, { records }) => sum + records, 0)
  const rows =
    total === 0 ? [] : await readActionsOfBlocks(database, headers[0]!.height, headers.at(-1)!.height)
  const bodies = new Map<number, Content>()
  for (const row of rows) {
    const body = bodies.get(row.height) ?? emptyContent()
    bodies.set(row.height, body)
    if (row.note !== null) body.notes.set(body.actions.length, row.note)
    body.actions.push(encodeAction(toAction(row, chainId)))
  }
  return heads.map(({ hash, certificate }, i) => {
    const header = headers[i]!
    const { actions, notes } = bodies.get(header.height) ?? emptyContent()
    return { header, hash: bytesToHex(hash), certificate, body: encodeBody(actions), notes }
  })
}

interface Content {
  actions: Uint8Array[]
  notes: Map<number, string>
}

function emptyContent(): Content {
  return { actions: [], notes: new Map() }
}
