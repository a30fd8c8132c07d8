import type { RecordWithAction } from '../certificate/certified-records.ts'
import type { CertificateReport, CertifiedContent } from '../certificate/report.ts'
import { encodeAddress } from '../crypto/address.ts'
import { fieldToHex } from '../crypto/field.ts'
import type { Asset, CustodyModel } from '../ledger/asset.ts'
import { type EraClock, timeOfEra } from '../ledger/era.ts'
import type { LedgerRecord } from '../ledger/record.ts'
import type { TraceDirection } from '../provenance/types.ts'

/** An account. A name is what one server calls it: nobody verified it, so whatever shows it says so. */
export interface Party {
  address: string
  name: string | null
}

/** What a journey says about an asset, in the words of its issuer. */
export interface JourneyAsset {
  code: string
  name: string
  /** Decimal places of its units, for display. */
  decimals: number
  /** transferHashes of the retirements that it was made from. */
  madeFrom: readonly string[]
  /** How the issuer says that its units are kept; null if it says nothing. */
  custody: CustodyModel | null
}

/** A record that moved units. */
export interface JourneyRecord {
  position: number
  /** transferHash, 64 hex digits. */
  hash: string
  kind: 'issue' | 'transfer' | 'retire' | 'reinstate'
  /** Time of its block, in milliseconds since 1970. */
  blockMs: number
  from: Party
  to: Party
  asset: JourneyAsset
  note: string | null
}

/** The part of a record that lies on one path of a trace. PROTOCOL.md, "Traces". */
export interface JourneyHop<R extends JourneyRecord = JourneyRecord> {
  record: R
  unit: bigint
  length: bigint
  depth: number
}

/** A trace as pictures show it: the hops of the API, or those that follow from a certificate, in the same order. */
export interface Journey {
  direction: TraceDirection
  /** Height that it is as of. */
  height: number
  hops: readonly JourneyHop[]
  /** False if a path was cut off, or has an open end. */
  isComplete: boolean
}

/** An asset with what only its registration says. */
export interface CertifiedAsset extends JourneyAsset {
  /** assetId, 64 hex digits. */
  id: string
  issuer: Party
  metadata: Readonly<Record<string, string>>
}

/** A record of a certificate, with the number of units that it moved and the holdings and coordinates that it moved them between. */
export interface JourneyMove extends JourneyRecord {
  asset: CertifiedAsset
  amount: bigint
  fromHolding: number
  toHolding: number
  fromStart: bigint
  toStart: bigint
}

/** A hop of a certificate. */
export interface CertifiedHop extends JourneyHop<JourneyMove> {
  /** First unit, counted from the record's first. */
  offset: bigint
  /** Code of the crossed asset behind which the hop is; null in the first section. */
  behind: string | null
}

/** The registration of an asset that was made from units which the journey shows. */
export interface Making {
  position: number
  /** registerHash, 64 hex digits. */
  hash: string
  blockMs: number
  product: CertifiedAsset
  /** The retirements that it was made from, as far as the journey shows them. */
  inputs: readonly JourneyMove[]
}

/** What a verified certificate shows. */
export interface CertifiedJourney extends Journey {
  chainId: string
  /** SHA-256 of the certificate's bytes. */
  certificate: Uint8Array
  /** End of the block of `height`, in milliseconds since 1970. */
  asOfMs: number
  hops: readonly CertifiedHop[]
  makings: readonly Making[]
}

/**
 * The journey of an intact certificate: every hop that follows from it, however many.
 * @param sha256 of the certificate's bytes
 * @param clock of the certificate's chain
 */
export function journeyOf(
  { content, complete }: Pick<CertificateReport, 'complete'> & { content: CertifiedContent },
  sha256: Uint8Array,
  clock: EraClock,
): CertifiedJourney {
  const { certificate, trace, timeMs } = content
  const assets = new Map([...content.assets].map(([id, asset]) => [id, assetOf(asset)]))
  const moves = new Map<number, JourneyMove>()
  const moveAt = (position: number): JourneyMove => {
    const { record, note } = content.records.get(position)!
    const move = moves.get(position) ?? moveOf(record, note, assets.get(record.assetId)!, clock)
    moves.set(position, move)
    return move
  }
  const hops = trace.hops.map(({ position, unit, offset, length, depth, behind }) => ({
    record: moveAt(position),
    unit,
    offset,
    length,
    depth,
    behind: behind === undefined ? null : assets.get(behind)!.code,
  }))
  return {
    chainId: fieldToHex(certificate.chainId),
    certificate: sha256,
    direction: certificate.question.direction,
    height: certificate.question.height,
    asOfMs: timeMs,
    hops,
    makings: makingsOf(content.records.values(), moves, assets, clock),
    isComplete: complete.verdict === 'yes',
  }
}

/** The hops of each record, records in the order of their first hops. */
export function hopsByRecord<H extends JourneyHop>(hops: readonly H[]): Map<H['record'], H[]> {
  const groups = new Map<H['record'], H[]>()
  for (const hop of hops) {
    const group = groups.get(hop.record)
    if (group === undefined) groups.set(hop.record, [hop])
    else group.push(hop)
  }
  return groups
}

const partyOf = (account: bigint): Party => ({ address: encodeAddress(account), name: null })

function assetOf({ id, code, issuer, decimals, definition }: Asset): CertifiedAsset {
  const { name, metadata, custody = null } = definition
  const { madeFrom } = definition
  return { id: fieldToHex(id), code, name, decimals, madeFrom, custody, issuer: partyOf(issuer), metadata }
}

function moveOf(
  {
    position,
    hash,
    kind,
    blockEra,
    from,
    to,
    amount,
    fromHolding,
    toHolding,
    fromStart,
    toStart,
  }: LedgerRecord,
  note: string | undefined,
  asset: CertifiedAsset,
  clock: EraClock,
): JourneyMove {
  if (kind === 'register') throw new Error(`record ${position} is a registration, which moves no units`)
  return {
    position,
    hash: fieldToHex(hash),
    kind,
    blockMs: timeOfEra(clock, blockEra),
    from: partyOf(from),
    to: partyOf(to),
    asset,
    note: note ?? null,
    amount,
    fromHolding,
    toHolding,
    fromStart,
    toStart,
  }
}

function makingsOf(
  records: Iterable<RecordWithAction>,
  moves: ReadonlyMap<number, JourneyMove>,
  known: ReadonlyMap<bigint, CertifiedAsset>,
  clock: EraClock,
): Making[] {
  const byHash = new Map([...moves.values()].map((move) => [move.hash, move]))
  return [...records].flatMap(({ record }) => {
    if (record.kind !== 'register') return []
    const { position, hash, blockEra, assetId } = record
    const product = known.get(assetId)!
    const inputs = product.madeFrom.flatMap((retirement) => byHash.get(retirement) ?? [])
    if (inputs.length === 0) return []
    return [{ position, hash: fieldToHex(hash), blockMs: timeOfEra(clock, blockEra), product, inputs }]
  })
}
