import type { Poseidon } from '../../crypto/poseidon.ts'
import { StateTree } from '../../crypto/state-tree.ts'
import type { TreeNodes } from '../../crypto/tree-nodes.ts'
import type { Genesis } from '../../ledger/genesis.ts'
import { leafHash } from '../../ledger/hashes.ts'
import { rewind } from '../../node/trees/rewind.ts'
import type { Database } from '../../storage/database.ts'
import { positionAfter } from '../../storage/heights.ts'
import { loadTip } from '../../storage/load-state.ts'
import { currentHoldings } from '../../storage/reads/holdings.ts'
import { recordsFrom } from '../../storage/reads/transfers.ts'
import { damagedNodes } from './nodes.ts'

/** Holdings per step. */
const CHUNK = 4_096

type Report = (table: string, row: string | number, what: string) => void

/**
 * Checks that in every holding the arrivals and the departures follow each other without gaps, and that the counters are their ends. Postgres walks
 * two indexes; nothing is kept.
 */
export async function auditHoldings({ sql }: Database, report: Report): Promise<void> {
  for (const side of ['to', 'from'] as const) {
    const [holding, start] = [sql(`${side}_holding`), sql(`${side}_start`)]
    const gaps = await sql<{ position: number }[]>`
      SELECT position FROM (
        SELECT position, ${start} AS start, coalesce(lag(${start} + amount) OVER (PARTITION BY ${holding} ORDER BY ${start}), 0) AS due
        FROM transfer WHERE kind <> 0) AS t
      WHERE start <> due LIMIT 1000`
    for (const { position } of gaps)
      report(
        'transfer',
        position,
        `does not continue ${side === 'to' ? 'the arrivals' : 'the departures'} of its holding`,
      )
    const total = sql(side === 'to' ? 'in_total' : 'out_total')
    const isMinting = side === 'to' ? sql`OR (kind = 0 AND ${holding} = to_holding)` : sql``
    const wrong = await sql<{ id: number }[]>`
      SELECT holding.id FROM holding LEFT JOIN (
        SELECT ${holding} AS id, sum(amount) AS total FROM transfer WHERE kind <> 0 ${isMinting} GROUP BY 1) AS t USING (id)
      WHERE ${total} <> coalesce(t.total, 0) ORDER BY holding.id LIMIT 1000`
    for (const { id } of wrong)
      report(
        'holding',
        id,
        `has ${side === 'to' ? 'received' : 'sent'} another number of units than its records say`,
      )
  }
}

/**
 * Computes the state tree from the holdings, and compares it with its stored nodes and, with the records of the newest block undone, with the root in that
 * block's header. Takes as much memory as a node needs for the tree: about 45 MB per million holdings.
 * @param database a snapshot, because a running node changes holdings
 * @param treeHeight height up to which the nodes are stored
 */
export async function auditState(
  database: Database,
  poseidon: Poseidon,
  { stateDepth }: Genesis,
  treeHeight: number,
  report: Report,
): Promise<void> {
  const tree = new StateTree(poseidon, stateDepth)
  const nodes: TreeNodes[] = []
  for (let from = 0; ; from += CHUNK) {
    const ids = Array.from({ length: CHUNK }, (_, i) => from + i)
    const holdings = await currentHoldings(database, ids)
    if (holdings.size === 0) break
    nodes.push(tree.setLeaves([...holdings].map(([index, holding]) => [index, leafHash(poseidon, holding)])))
  }
  const tip = (await loadTip(database))!
  const before = async (position: number) => {
    const tail = await recordsFrom(database, position, Number.MAX_SAFE_INTEGER)
    const touched = [...new Set(tail.flatMap((r) => [r.fromHolding, r.toHolding]))]
    const undone = rewind(await currentHoldings(database, touched), tail)
    return [...undone].map(([index, h]) => [index, h === undefined ? 0n : leafHash(poseidon, h)] as const)
  }
  const { height, position, stateRoot } = tip.header
  if (height > 0) {
    const parent = tree.fork()
    parent.setLeaves(await before(position))
    if (parent.root !== stateRoot)
      report('block', height, 'has a state root that the holdings do not lead to')
  }
  if (treeHeight < 0) return
  nodes.push(tree.setLeaves(await before(await positionAfter(database, treeHeight))))
  for (const { level, index } of await damagedNodes(database, 'state_node', nodes))
    report('state_node', `${level}/${index}`, 'is not what the holdings lead to')
}
