import { fieldFromHex } from '../../crypto/field.ts'
import { type AssetOnChain, assetsOnChain } from './chain-assets.ts'
import { isTaken, surelyStatusesOf } from './finals.ts'
import { type FindOptions, findOnChain } from './from-chain.ts'
import { moveOf, type Signed } from './journal.ts'
import type { BadRow, Row } from './rows.ts'

interface RecallOptions extends FindOptions {
  /** Milliseconds between two questions about the same actions. */
  pauseMs: number
}

/** What earlier runs have done. */
interface Recalled {
  /** The rows whose own action is in the pool or final, with its hash. */
  accepted: Map<string, string>
  /** Assets that had to be looked for on the chain: the pool may have moves of them that nobody knows here. */
  found: Set<string>
  /** Those of them that have moves which no row explains. */
  unexplained: Set<string>
}

/** Actions of an asset that are final, and those that wait to become final. */
interface Count {
  final: number
  waiting: number
}

/**
 * Finds out what earlier runs have done, and tells the planner. The journal is believed of an asset if it has as many final actions as the chain has
 * records; else, because it was lost or is an old copy, what it says of this asset is replaced by what is found on the chain.
 * @throws ClientError
 */
export async function recall(
  options: RecallOptions,
  rows: () => AsyncIterable<Row | BadRow>,
): Promise<Recalled> {
  const { client, planner, parties } = options
  const { accepted, counts } = await load(options, (code) => planner.assets.has(code))
  const toFind: AssetOnChain[] = []
  for await (const asset of assetsOnChain(client, parties.issuer.address, planner.assets.codes))
    if (!planner.assets.isRegistered(asset.code) || !isAll(counts.get(asset.code), asset)) toFind.push(asset)
  const found = new Set(toFind.map(({ code }) => code))
  if (found.size === 0) return { accepted, found, unexplained: found }
  planner.rewind()
  const rest = await load(options, (code) => planner.assets.has(code) && !found.has(code))
  const unexplained = await findOnChain(options, toFind, rows)
  return { accepted: rest.accepted, found, unexplained }
}

/** What waited may have become final since it was asked about. */
function isAll({ final, waiting }: Count = { final: 0, waiting: 0 }, { records }: AssetOnChain): boolean {
  return records >= final && records <= final + waiting
}

/** Reads the journal of these assets, and asks what became of actions that were sent before a run was stopped, because later rows build on them. */
async function load(
  { client, planner, journal, pauseMs }: RecallOptions,
  isWanted: (code: string) => boolean,
) {
  const accepted = new Map<string, string>()
  const counts = new Map<string, Count>()
  /** Counts an action that is in the history or in the pool. */
  const happened = ({ code, deed }: Signed, isFinal: boolean) => {
    if ('id' in deed) planner.assets.registered(code, { id: fieldFromHex(deed.id), cap: BigInt(deed.cap) })
    else planner.apply(code, moveOf(deed))
    const count = counts.get(code) ?? { final: 0, waiting: 0 }
    count[isFinal ? 'final' : 'waiting']++
    counts.set(code, count)
  }
  await journal.load(isWanted, (signed) => happened(signed, true))
  const open = [...journal.open.values()].flat()
  const hashes = open.map(({ hash }) => hash)
  const statuses = await surelyStatusesOf(client, hashes, pauseMs)
  for (const [i, one] of open.entries()) {
    const status = statuses[i]!
    if (status === 'PARKED') journal.parked.add(one.hash)
    if (!isTaken(status)) continue
    happened(one, status === 'FINAL')
    journal.counted.add(one.hash)
    if (one.own) accepted.set(one.key, one.hash)
  }
  return { accepted, counts }
}
