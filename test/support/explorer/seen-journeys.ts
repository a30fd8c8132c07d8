import { type SeenJourney, type TracedPage, withPage } from '../../../src/explorer/journey/journey.ts'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import { trace } from '../../../src/provenance/trace.ts'
import type { TraceRequest, TraceResult } from '../../../src/provenance/types.ts'
import { diceOf, pick } from '../certificate/certified-chain.ts'
import { MadeRecords } from '../provenance/made-records.ts'

/** Milliseconds between two records of a made history. */
export const DAY_MS = 86_400_000
const START_MS = Date.UTC(2030, 0, 1)
const FIRST_ASSET = 1_000_000n

export const addressOf = (account: bigint): string =>
  account === MINT ? 'MINT' : account === RETIRED ? 'RETIRED' : `inp1party${account}`
const codeOf = (assetId: bigint): string => `LOT-${assetId - FIRST_ASSET}`

/** A trace of made records, as the page sees its answer. A record is a block of its own, a day after the one before. */
export function answerOf(world: MadeRecords, result: TraceResult): TracedPage {
  const byHash = new Map(world.records.map((record) => [record.hash, record]))
  const assets = new Map(world.assets.map((asset) => [asset.id, asset]))
  const assetOf = (id: bigint) => ({
    code: codeOf(id),
    name: `Name of ${codeOf(id)}`,
    decimals: 1,
    custody: 'MASS_BALANCE',
    metadata: { unit: 'kg' },
    madeFrom: assets.get(id)!.madeFrom.map((hash) => ({ hash: String(hash) })),
  })
  const accountOf = (account: bigint) => ({
    address: addressOf(account),
    name: account === 11n ? 'One' : null,
  })
  const transferOf = (hash: bigint) => {
    const { position, kind, from, to, assetId } = byHash.get(hash)!
    return {
      hash: String(hash),
      kind: kind.toUpperCase(),
      position: String(position),
      height: String(position + 1),
      timestamp: new Date(START_MS + position * DAY_MS).toISOString(),
      note: null,
      from: accountOf(from),
      to: accountOf(to),
      asset: assetOf(assetId),
    }
  }
  return {
    height: String(world.records.length),
    hops: result.hops.map(({ hash, unit, length, depth, behind }) => ({
      ...{ unit: String(unit), length: String(length), depth, transfer: transferOf(hash) },
      behind: behind === undefined ? null : { code: codeOf(behind) },
    })),
    origins: result.origins.map(({ hash, length }) => ({
      length: String(length),
      transfer: { hash: String(hash) },
    })),
    holders: result.holders.map(({ account, assetId, length }) => ({
      ...{ length: String(length), account: accountOf(account), asset: assetOf(assetId) },
    })),
    truncated: result.truncated || result.end !== undefined,
    endCursor: result.end === undefined ? null : 'more',
  }
}

/** The whole journey of made records. */
export function journeyOf(world: MadeRecords, request: TraceRequest): SeenJourney {
  return withPage(answerOf(world, trace(world.index(), request)), request.direction)
}

/** Random moves between six parties, who make products of what they retired; the same for the same seed. */
function madeWorld(seed: number, moves = 70): MadeRecords {
  const world = new MadeRecords()
  const dice = diceOf(seed)
  const balances = new Map<string, bigint>()
  const parties = [11n, 12n, 13n, 14n, 15n, 16n]
  const retired: bigint[] = []
  const move = (asset: bigint, from: bigint, to: bigint, amount: bigint) => {
    const change = (who: bigint, by: bigint) => {
      const name = `${who}/${asset}`
      balances.set(name, (balances.get(name) ?? 0n) + by)
    }
    change(from, -amount)
    change(to, amount)
    return world.move(asset, from, to, amount)
  }
  const registered = () => {
    const asset = world.register(retired.splice(0, 2))
    for (let i = 0; i < 2; i++) move(asset, MINT, pick(parties, dice), 20n + BigInt(dice(30)))
  }
  registered()
  registered()
  for (let i = 0; i < moves; i++) {
    if (retired.length > 1 && dice(3) === 0) registered()
    const held = [...balances].filter(([name, balance]) => balance > 0n && !name.startsWith(`${RETIRED}/`))
    const [name, balance] = pick(held, dice)
    const [from, asset] = name.split('/').map(BigInt)
    const to = dice(8) === 0 ? RETIRED : pick(parties, dice)
    if (to === from) continue
    const hash = move(asset!, from!, to, 1n + BigInt(dice(Number(balance))))
    if (to === RETIRED) retired.push(hash)
  }
  return world
}

/** Journeys of many kinds: every asset and every holding of a random history, both ways. */
export function madeJourneys(seed: number): SeenJourney[] {
  const world = madeWorld(seed)
  const holdings = new Map(
    world.records.map(({ to, assetId }) => [`${to}/${assetId}`, { account: to, asset: assetId }]),
  )
  const requests = (['BACKWARD', 'FORWARD'] as const).flatMap((direction): TraceRequest[] => [
    ...world.assets.map(({ id }) => ({ asset: id, direction })),
    ...[...holdings.values()]
      .filter(({ account }) => account !== MINT)
      .map((start) => ({ ...start, direction })),
  ])
  return requests.map((request) => journeyOf(world, request)).filter(({ steps }) => steps.length > 0)
}
