import { bytesToHex } from '../../codec/bytes.ts'
import { parseJson } from '../../codec/canonical-json.ts'
import { decodeCertificate } from '../../consensus/codec.ts'
import type { Certificate } from '../../consensus/types.ts'
import { fieldFromBytes } from '../../crypto/field.ts'
import type { PublicKey, SignedAction } from '../../ledger/action.ts'
import { encodeAction } from '../../ledger/action-codec.ts'
import { encodeBody } from '../../ledger/body.ts'
import { parseDefinition } from '../../ledger/definition.ts'
import { type BlockHeader, decodeHeader } from '../../ledger/header.ts'
import { MAX_DEFINITION_BYTES } from '../../ledger/params.ts'
import { toField } from '../columns.ts'
import { type Database, databaseFailure } from '../database.ts'
import { KIND_NUMBERS } from '../kind-numbers.ts'

/** Maximum number of blocks that become final with one certificate. */
const MAX_UNCERTIFIED = 256

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

interface ActionRow {
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

/** The newest final block whose own certificate was stored with it, decoded. */
export async function readNewestCertified(
  { sql }: Database,
  validators: number,
): Promise<{ header: BlockHeader; certificate: Certificate } | undefined> {
  const rows = await sql<{ hash: Uint8Array; header: Uint8Array; certificate: Uint8Array }[]>`
    SELECT hash, header, certificate FROM block WHERE certificate IS NOT NULL ORDER BY height DESC LIMIT ${MAX_UNCERTIFIED}`
  for (const { hash, header, certificate } of rows) {
    const decoded = decodeCertificate(certificate, validators)
    if (decoded.hash === bytesToHex(hash)) return { header: decodeHeader(header), certificate: decoded }
  }
  return undefined
}

async function withBodies(database: Database, heads: readonly HeadRow[]): Promise<FinalBlockRow[]> {
  if (heads.length === 0) return []
  const headers = heads.map(({ header }) => decodeHeader(header))
  const { chainId } = headers[0]!
  const total = heads.reduce((sum, { records }) => sum + records, 0)
  const rows = total === 0 ? [] : await readActions(database, headers[0]!.height, headers.at(-1)!.height)
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

/** The actions of blocks, in order. Genesis has none: its records are not signed. */
async function readActions({ sql }: Database, first: number, last: number): Promise<ActionRow[]> {
  return sql<ActionRow[]>`
    SELECT t.height, t.kind, CASE WHEN t.kind = 0 THEN asset.definition END AS definition, sender.account AS sender,
      receiver.account AS receiver, asset.asset_id AS "assetId", t.amount, t.from_start AS "fromStart", t.era, t.memo,
      signer.key_kind AS "keyKind", signer.public_key AS "publicKey", t.signature, note.text AS note
    FROM block
    JOIN transfer t ON t.position >= block.position AND t.position < block.position + block.record_count
    JOIN asset ON asset.id = t.asset
    JOIN account sender ON sender.id = t.from_account
    JOIN account receiver ON receiver.id = t.to_account
    JOIN account signer ON signer.id = CASE WHEN t.kind IN (0, 1, 4) THEN asset.issuer ELSE t.from_account END
    LEFT JOIN note ON note.position = t.position
    WHERE block.height BETWEEN ${first} AND ${last} AND t.signature IS NOT NULL
    ORDER BY t.position`
}

function toAction(row: ActionRow, chainId: bigint): SignedAction {
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
