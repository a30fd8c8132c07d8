import type { CustodyModel } from '../../ledger/asset.ts'
import type { TraceDirection } from '../../provenance/types.ts'
import type { JourneyAsset, JourneyHop, JourneyRecord, Party } from '../../standards/journey.ts'
import { wordFor } from '../app/addresses.ts'

/** Hops of the first page of a trace, which comes with a page's one request, after each block: it costs about 10,000. */
export const FIRST_HOPS = 100

/** A record that moved units, as the page shows it. */
export interface Move extends JourneyRecord {
  asset: Goods
  /** Height of its block. */
  height: number
}

/** An asset, with the name that its issuer gives to a unit of it ("gram"); null if it gives none. */
export interface Goods extends JourneyAsset {
  unitName: string | null
}

/** The part of a record that lies on one path of a trace, and the code of the crossed asset behind which it is; null in the first section. */
export interface Step extends JourneyHop<Move> {
  behind: string | null
}

/** Where units were issued, or who holds them. */
export interface PathEnd {
  party: Party
  asset: Pick<Goods, 'code' | 'name' | 'decimals'>
  units: bigint
}

/** As much of a trace as was loaded: its pages up to one, in their order. PROTOCOL.md, "Traces". */
export interface SeenJourney {
  direction: TraceDirection
  /** Height that it is as of. */
  height: number
  steps: readonly Step[]
  /** The issues of backward paths, and the holders of forward ones; one entry per party and asset. */
  ends: readonly PathEnd[]
  /** Cursor of the next page; null if all is loaded. */
  next: string | null
  /** True if paths were cut off at a bound of the server, whatever is loaded. */
  isCutOff: boolean
}

interface TracedParty {
  address: string
  name: string | null
}

interface TracedAsset {
  code: string
  name: string
  decimals: number
  /** A word of the schema's CustodyModel. */
  custody: string | null
  metadata: unknown
  madeFrom: readonly { hash: string }[]
}

interface TracedTransfer {
  hash: string
  kind: string
  position: string | null
  height: string | null
  timestamp: string | null
  note: string | null
  from: TracedParty
  to: TracedParty
  asset: TracedAsset | null
}

/** A page of a trace, as the documents of the page select it. */
export interface TracedPage {
  height: string
  hops: readonly {
    unit: string
    length: string
    depth: number
    behind: { code: string } | null
    transfer: TracedTransfer
  }[]
  origins: readonly { length: string; transfer: { hash: string } }[]
  holders: readonly { length: string; account: TracedParty; asset: PathEnd['asset'] }[]
  truncated: boolean
  endCursor: string | null
}

/** The first page of a trace, or the journey so far with one page more. */
export function withPage(
  page: TracedPage,
  direction: TraceDirection,
  before: Pick<SeenJourney, 'steps' | 'ends'> = { steps: [], ends: [] },
): SeenJourney {
  const moves = new Map(before.steps.map(({ record }) => [record.hash, record]))
  // All records of an asset share what is said of it, which may be long.
  const goods = new Map(before.steps.map(({ record: { asset } }) => [asset.code, asset]))
  const steps = page.hops.map(({ transfer, unit, length, depth, behind }): Step => {
    const record = moves.get(transfer.hash) ?? moveOf(transfer, goods)
    moves.set(transfer.hash, record)
    return { record, unit: BigInt(unit), length: BigInt(length), depth, behind: behind?.code ?? null }
  })
  const ends =
    direction === 'BACKWARD'
      ? page.origins.map(({ length, transfer }) => {
          const { to, asset } = moves.get(transfer.hash)!
          return { party: to, asset, units: BigInt(length) }
        })
      : page.holders.map(({ length, account, asset }) => ({
          party: partyOf(account),
          asset,
          units: BigInt(length),
        }))
  return {
    direction,
    height: Number(page.height),
    steps: [...before.steps, ...steps],
    ends: summed([...before.ends, ...ends]),
    next: page.endCursor,
    isCutOff: page.truncated && page.endCursor === null,
  }
}

/** Largest first; a party can be on several pages. */
function summed(ends: readonly PathEnd[]): PathEnd[] {
  const sums = new Map<string, PathEnd>()
  for (const { party, asset, units } of ends) {
    const name = `${party.address} ${asset.code}`
    sums.set(name, { party, asset, units: units + (sums.get(name)?.units ?? 0n) })
  }
  return [...sums.values()].sort((a, b) => Number(b.units > a.units) - Number(b.units < a.units))
}

/** @param goods the assets that are known, by their codes; a new one is added */
function moveOf(
  { hash, kind, position, height, timestamp, from, to, note, asset }: TracedTransfer,
  goods: Map<string, Goods>,
): Move {
  if (position === null || height === null || timestamp === null || asset === null)
    throw new Error(`transfer ${hash} of a trace is not final`)
  const known = goods.get(asset.code) ?? goodsOf(asset)
  goods.set(asset.code, known)
  return {
    hash,
    kind: kind.toLowerCase() as Move['kind'],
    position: Number(position),
    height: Number(height),
    blockMs: Date.parse(timestamp),
    from: partyOf(from),
    to: partyOf(to),
    note,
    asset: known,
  }
}

/** A party; the two accounts that belong to no key are called by their words, wherever an address is. */
export function partyOf({ address, name }: TracedParty): Party {
  const word = wordFor(address)
  return word === undefined ? { address, name } : { address: word, name: null }
}

function goodsOf({ code, name, decimals, custody, metadata, madeFrom }: TracedAsset): Goods {
  const { unit } = (metadata ?? {}) as { unit?: unknown }
  return {
    code,
    name,
    decimals,
    custody: custody === null ? null : (custody.toLowerCase().replaceAll('_', '-') as CustodyModel),
    madeFrom: madeFrom.map(({ hash }) => hash),
    unitName: typeof unit === 'string' ? unit : null,
  }
}
