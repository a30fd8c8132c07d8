import { bytesToHex, equalBytes } from '../../codec/bytes.ts'
import { sha256 } from '../../crypto/hash.ts'
import { HistoryTree } from '../../crypto/history-tree.ts'
import type { Poseidon } from '../../crypto/poseidon.ts'
import type { TreeNodes } from '../../crypto/tree-nodes.ts'
import { decodeAction } from '../../ledger/action-codec.ts'
import { actionHash } from '../../ledger/action-hash.ts'
import { decodeBody } from '../../ledger/body.ts'
import { chainIdOf, type Genesis } from '../../ledger/genesis.ts'
import { recordHash } from '../../ledger/hashes.ts'
import { blockHash, encodeHeader } from '../../ledger/header.ts'
import { HISTORY_DEPTH } from '../../ledger/params.ts'
import type { LedgerRecord } from '../../ledger/record.ts'
import { append, EMPTY_FRONTIER, type Frontier, logRootOf } from '../../log/frontier.ts'
import { entryHash } from '../../log/merkle.ts'
import type { Database } from '../../storage/database.ts'
import { positionAfter } from '../../storage/heights.ts'
import { readLogNode } from '../../storage/log.ts'
import { type FinalBlockRow, readFinalBlocks } from '../../storage/reads/final-blocks.ts'
import { recordsFrom } from '../../storage/reads/transfers.ts'
import { Certificates } from './certificates.ts'
import { damagedNodes, latestNodes } from './nodes.ts'

/** A row that is not what it must be. */
export interface Finding {
  table: string
  /** Its key. */
  row: string
  what: string
}

/** Where the walk is: what the next block must continue. */
interface Walk {
  database: Database
  poseidon: Poseidon
  genesis: Genesis
  report(table: string, row: string | number, what: string): void
  history: HistoryTree
  /** Of the headers that were read; undefined once one is missing. */
  log: Frontier | undefined
  certificates: Certificates
  parentHash: string
}

/**
 * Walks all blocks in order, one at a time: the chain of headers, bodies against their hashes, records against their actions, certificates, and the
 * history tree against its stored nodes and the roots in the headers.
 * @param storedTo height up to which the tree's nodes are stored
 */
export async function auditBlocks(
  given: Pick<Walk, 'database' | 'poseidon' | 'genesis' | 'report'>,
  { height, storedTo }: { height: number; storedTo: number },
  onProgress: (done: number) => void,
): Promise<void> {
  const { database, poseidon } = given
  const walk: Walk = {
    ...given,
    history: new HistoryTree(poseidon, HISTORY_DEPTH),
    log: EMPTY_FRONTIER,
    certificates: new Certificates(given.genesis),
    parentHash: '',
  }
  for (let at = 0; at <= height; at++) {
    onProgress(at)
    const block = await blockAt(walk, at)
    if (block !== undefined) checkHeader(walk, at, block)
    await appendToLog(walk, block)
    const first = at === 0 ? 0 : await positionAfter(database, at - 1)
    const end = await positionAfter(database, at)
    const records = await recordsFrom(database, first, end - first)
    const nodes = appendRecords(walk, records, end)
    const isWhole = block === undefined || checkBody(walk, at, block, records)
    if (at > storedTo) continue
    for await (const { level, index } of damagedNodes(database, 'history_node', latestNodes(nodes))) {
      // A leaf is computed from its record, which its block's body vouches for.
      if (level > 0 || isWhole)
        walk.report('history_node', `${level}/${index}`, 'is not the hash of its children')
      else walk.report('transfer', index, 'is not the record that the history tree has')
    }
  }
}

async function blockAt({ database, report }: Walk, at: number): Promise<FinalBlockRow | undefined> {
  try {
    const [block] = await readFinalBlocks(database, {
      from: at,
      count: 1,
      maxRecords: Number.MAX_SAFE_INTEGER,
    })
    if (block?.header.height === at) return block
    report('block', at, 'is missing, or its header has another height')
  } catch (error) {
    report('block', at, `cannot be read: ${(error as Error).message}`)
  }
  return undefined
}

function checkHeader(walk: Walk, at: number, { header, hash, certificate }: FinalBlockRow): void {
  const { genesis, history, report } = walk
  if (bytesToHex(blockHash(header)) !== hash) report('block', at, 'has a hash that is not that of its header')
  if (at > 0 && bytesToHex(header.parentHash) !== walk.parentHash)
    report('block', at, 'does not name its parent')
  if (header.chainId !== chainIdOf(genesis)) report('block', at, 'belongs to another chain')
  if (at > 0 && header.historyRoot !== history.root())
    report('block', at, 'has a root that the records before it do not lead to')
  if (walk.log !== undefined && !equalBytes(header.logRoot, logRootOf(walk.log)))
    report('block', at, 'has a root that the headers before it do not lead to')
  walk.parentHash = hash
  if (at === 0) return
  for (const fault of walk.certificates.check(header, bytesToHex(blockHash(header)), certificate))
    report('block', fault.height, fault.what)
}

/** Adds a header to the log, and compares the hashes that are stored of it. */
async function appendToLog(walk: Walk, block: FinalBlockRow | undefined): Promise<void> {
  const { database, report, log } = walk
  if (block === undefined || log === undefined) {
    walk.log = undefined
    return
  }
  const { frontier, full } = append(log, entryHash(encodeHeader(block.header)))
  walk.log = frontier
  for (const { level, index, hash } of full) {
    const stored = await readLogNode(database, { level, index })
    if (stored === undefined || !equalBytes(stored, hash))
      report('log_node', `${level}/${index}`, 'is not the root over the headers')
  }
}

/** @returns the nodes that became full, in the two lists of gap and records */
function appendRecords(
  { history, poseidon, genesis }: Walk,
  records: LedgerRecord[],
  end: number,
): TreeNodes[] {
  const chainId = chainIdOf(genesis)
  const nodes = records.flatMap((record) => [
    history.padTo(record.position),
    history.append([recordHash(poseidon, record, chainId)]),
  ])
  return [...nodes, history.padTo(end)]
}

/** @returns false if the body is not that of the header */
function checkBody(
  { genesis, poseidon, report }: Walk,
  at: number,
  { header, body }: FinalBlockRow,
  records: readonly LedgerRecord[],
): boolean {
  if (at === 0) return true
  const isWhole = equalBytes(sha256(body), header.bodyHash)
  if (!isWhole)
    report(
      'block',
      at,
      'has a body with another hash: a record, a signature, a key or a definition of it is damaged',
    )
  decodeBody(body, genesis.limits).forEach((bytes, i) => {
    const record = records[i]
    if (record !== undefined && actionHash(poseidon, decodeAction(bytes)) !== record.hash)
      report('transfer', record.position, 'has a hash that is not that of its action')
  })
  return isWhole
}
