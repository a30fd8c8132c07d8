import { readFileSync } from 'node:fs'
import type { Client } from '../../../src/client/types.ts'
import { decodeAddress } from '../../../src/crypto/address.ts'
import { fieldFromHex, fieldToHex } from '../../../src/crypto/field.ts'
import { StateTree } from '../../../src/crypto/state-tree.ts'
import { leafHash } from '../../../src/ledger/hashes.ts'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import type { Holding } from '../../../src/ledger/state.ts'
import { poseidon } from '../crypto/poseidon.ts'

const PAGE = 100
const TRANSFERS = `query ($after: String, $filter: TransferFilter) { transfers(first: ${PAGE}, after: $after, filter: $filter) {
  nodes { position kind hash asset { assetId code cap } from { address } to { address } amount fromStart toStart note }
  pageInfo { hasNextPage endCursor } } }`

/** Options with which `ictl import` reads the MoonCats history. */
export const MOONCATS = [
  '--asset',
  'asset_id',
  '--from',
  'from',
  '--to',
  'to',
  '--time',
  'timestamp',
  '--prefix',
  'cat:',
]

export interface TransferNode {
  position: string
  kind: string
  hash: string
  asset: { assetId: string; code: string; cap: string }
  from: { address: string }
  to: { address: string }
  amount: string
  fromStart: string
  toStart: string
  note: string | null
}

/** All final records, in order. */
export async function allTransfers(
  client: Client,
  filter: Record<string, unknown> = {},
): Promise<TransferNode[]> {
  const all: TransferNode[] = []
  type Page = {
    transfers: { nodes: TransferNode[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }
  }
  for (let after: string | null = null; ; ) {
    const { transfers }: Page = await client.query<Page>(TRANSFERS, { after, filter })
    all.push(...transfers.nodes)
    if (!transfers.pageInfo.hasNextPage) return all
    after = transfers.pageInfo.endCursor
  }
}

const accountOf = (address: string) =>
  address === 'MINT' ? MINT : address === 'RETIRED' ? RETIRED : decodeAddress(address)

/** The holdings after a replay of all records from genesis, in order of their indexes. */
export function replay(records: readonly TransferNode[]): Holding[] {
  const holdings: Holding[] = []
  const index = new Map<string, Holding>()
  const open = (account: bigint, assetId: bigint) => {
    const key = `${account}/${assetId}`
    let holding = index.get(key)
    if (holding === undefined) {
      holding = { index: holdings.length, account, assetId, inTotal: 0n, outTotal: 0n }
      holdings.push(holding)
      index.set(key, holding)
    }
    return holding
  }
  for (const { kind, asset, from, to, amount, fromStart, toStart } of records) {
    const assetId = fieldFromHex(asset.assetId)
    if (kind === 'REGISTER') {
      open(MINT, assetId).inTotal = BigInt(asset.cap)
      continue
    }
    const sender = open(accountOf(from.address), assetId)
    const receiver = open(accountOf(to.address), assetId)
    if (sender.outTotal !== BigInt(fromStart))
      throw new Error(`record starts at ${fromStart}, the holding is at ${sender.outTotal}`)
    if (receiver.inTotal !== BigInt(toStart))
      throw new Error(`record arrives at ${toStart}, the holding is at ${receiver.inTotal}`)
    sender.outTotal += BigInt(amount)
    receiver.inTotal += BigInt(amount)
    if (sender.outTotal > sender.inTotal) throw new Error('a balance is negative')
  }
  return holdings
}

/** The state root of these holdings, 64 hex digits. */
export function stateRootOf(holdings: readonly Holding[], depth = 12): string {
  const tree = new StateTree(poseidon, depth)
  tree.setLeaves(holdings.map((h) => [h.index, leafHash(poseidon, h)] as const))
  return fieldToHex(tree.root)
}

/** The rows of a CSV file without quotes, as objects with the names of its header. */
export function plainCsv(path: string): Record<string, string>[] {
  const [header, ...lines] = readFileSync(path, 'utf8').trimEnd().split(/\r?\n/)
  const names = header!.split(',')
  return lines.map((line) => Object.fromEntries(line.split(',').map((value, i) => [names[i]!, value])))
}
