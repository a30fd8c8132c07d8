import { FIELD_BYTES } from '../../crypto/field.ts'
import { ARITY } from '../../crypto/merkle.ts'
import type { Poseidon } from '../../crypto/poseidon.ts'
import { StateTree } from '../../crypto/state-tree.ts'
import type { Genesis } from '../../ledger/genesis.ts'
import { leafHash } from '../../ledger/hashes.ts'
import { rewind } from '../../node/trees/rewind.ts'
import type { Database } from '../../storage/database.ts'
import { positionAfter } from '../../storage/heights.ts'
import { loadTip } from '../../storage/load-state.ts'
import { currentHoldings } from '../../storage/reads/holdings.ts'
import { recordsFrom } from '../../storage/reads/transfers.ts'
import { damagedNodes, type TreeNode } from './nodes.ts'

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
 * block's header. Takes as much memory as a node needs for the tree, 43 MB per million holdings, and the records whose nodes are not stored yet.
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
  let size = 0
  for (;;) {
    const holdings = await currentHoldings(
      database,
      Array.from({ length: CHUNK }, (_, i) => size + i),
    )
    if (holdings.size === 0) break
    tree.setLeaves([...holdings].map(([index, holding]) => [index, leafHash(poseidon, holding)]))
    size += CHUNK
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
  tree.setLeaves(await before(await positionAfter(database, treeHeight)))
  for await (const { level, index } of damagedNodes(database, 'state_node', nodesOf(tree, size)))
    report('state_node', `${level}/${index}`, 'is not what the holdings lead to')
}

/** The leaves of a tree up to the last one that is not empty, and the nodes above them, level by level. @param size no leaf from here on is open */
function* nodesOf(tree: StateTree, size: number): Generator<TreeNode> {
  let open = Math.min(size, ARITY ** tree.depth)
  while (open > 0 && tree.leaf(open - 1) === 0n) open--
  for (let level = 0; level < tree.depth; level++) {
    for (let index = 0; index < Math.ceil(open / ARITY ** level); index++) {
      const at = (index % ARITY) * FIELD_BYTES
      yield { level, index, hash: tree.quad(level, Math.floor(index / ARITY)).subarray(at, at + FIELD_BYTES) }
    }
  }
  if (open > 0) yield { level: tree.depth, index: 0, hash: tree.rootBytes }
}
