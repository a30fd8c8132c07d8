import { readField } from '../crypto/field.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import type { StateTree, StateTreeOverlay } from '../crypto/state-tree.ts'
import type { Asset } from '../ledger/asset.ts'
import { type BatchSignals, countRecords, packCounts, recordsRootOf } from '../ledger/batch.ts'
import { dataSignals, encodeBatchData } from '../ledger/batch-data.ts'
import { leafHash } from '../ledger/hashes.ts'
import type { LedgerRecord } from '../ledger/record.ts'
import type { Holding } from '../ledger/state.ts'
import { emptySlot, type FilledSlot, recordSlot, type Signature, type SlotInput } from './slot-input.ts'

/** Sizes of a batch circuit, as in circuits.json. */
export interface BatchDimensions {
  /** A batch has 4^height slots. */
  height: number
  /** Levels of the state tree. */
  depth: number
  /** Levels above the nodes that the circuit holds as an array. */
  top: number
}

/** A batch as the circuit proves it. */
export interface BatchWork {
  chainId: bigint
  index: number
  /** In order of position; at most as many as there are slots, at least one. */
  records: readonly LedgerRecord[]
  /** Keys and signatures of all records, by position. */
  signatures: ReadonlyMap<number, Signature>
  /** By assetId: those of the records, and of holding 0. */
  assets: ReadonlyMap<bigint, Asset>
  /** Before the batch, by index: those that the records touch, and holding 0, as far as they exist. */
  holdings: ReadonlyMap<number, Holding>
}

/** The circuit's inputs, named as its signals and in their order: public signals, the top nodes of the state, one array per signal of a slot. */
export type BatchInput = BatchSignals & { nodes: bigint[] } & { [K in keyof SlotInput]: SlotInput[K][] }

/**
 * The inputs of a batch's circuit.
 * @param tree the state before the batch; left as it is
 * @throws Error if the records do not apply to the state: a broken invariant, for they are final
 */
export function batchInput(dimensions: BatchDimensions, tree: StateTree, work: BatchWork): BatchInput {
  const slots = 4 ** dimensions.height
  if (work.records.length < 1 || work.records.length > slots) throw new RangeError('records of one batch')
  const state = tree.fork()
  const holdings = new Map(work.holdings)
  const inputs = Array.from({ length: slots }, (_, i) => {
    const { slot, sender, receiver } = fill(work, holdings, work.records[i])
    const senderPath = update(dimensions, state, slot.fromHolding, sender)
    const receiverPath = update(dimensions, state, slot.toHolding, receiver)
    return { ...slot, senderPath, receiverPath }
  })
  const input = {
    ...publicSignals(tree.poseidon, dimensions, work, tree.root, state.root),
    nodes: topNodes(dimensions, tree),
  } as Partial<Record<string, unknown>>
  for (const name of Object.keys(inputs[0]!) as (keyof SlotInput)[]) {
    input[name] = inputs.map((slot) => slot[name])
  }
  return input as unknown as BatchInput
}

/** The slot of a record. An empty slot reads holding 0, which the first registration opened, so it exists wherever a record does. */
function fill(work: BatchWork, holdings: Map<number, Holding>, record: LedgerRecord | undefined): FilledSlot {
  if (record !== undefined) {
    return recordSlot(record, assetOf(work, record.assetId), work.signatures.get(record.position), holdings)
  }
  const first = holdings.get(0)
  if (first === undefined) throw new Error('holding 0 is missing')
  return emptySlot(first, assetOf(work, first.assetId))
}

function assetOf({ assets }: BatchWork, id: bigint): Asset {
  const asset = assets.get(id)
  if (asset === undefined) throw new Error('an asset of the batch is missing')
  return asset
}

/** The public signals of a batch, with the state roots before and after it. */
function publicSignals(
  poseidon: Poseidon,
  { height }: BatchDimensions,
  { chainId, index, records }: Pick<BatchWork, 'chainId' | 'index' | 'records'>,
  stateRootBefore: bigint,
  stateRootAfter: bigint,
): BatchSignals {
  const batchSize = 4 ** height
  const recordsRoot = recordsRootOf(poseidon, records, { chainId, batchSize })
  return {
    chainId,
    index: BigInt(index),
    stateRootBefore,
    stateRootAfter,
    recordsRoot,
    counts: packCounts(countRecords(records)),
    ...dataSignals(recordsRoot, encodeBatchData(records), batchSize),
  }
}

/** Writes a holding into the tree. @returns the path before: all four children on each level below the top nodes */
function update(
  dimensions: BatchDimensions,
  state: StateTreeOverlay,
  index: bigint,
  holding: Holding | undefined,
): bigint[][] {
  const path: bigint[][] = []
  let quad = Number(index)
  for (let level = 0; level < dimensions.depth - dimensions.top; level++) {
    quad = Math.floor(quad / 4)
    path.push(fieldsOf(state.quad(level, quad)))
  }
  if (holding !== undefined) state.setLeaves([[holding.index, leafHash(state.poseidon, holding)]])
  return path
}

function topNodes({ depth, top }: BatchDimensions, tree: StateTree): bigint[] {
  if (top === 0) return [tree.root]
  return Array.from({ length: 4 ** (top - 1) }, (_, quad) => fieldsOf(tree.quad(depth - top, quad))).flat()
}

function fieldsOf(quad: Uint8Array): bigint[] {
  return Array.from({ length: quad.length / 32 }, (_, i) => readField(quad, 32 * i))
}

/** Inputs as JSON and snarkjs take them: field elements as decimal strings. */
export function jsonInput(input: object): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(input, (_, value) => (typeof value === 'bigint' ? value.toString() : value)),
  )
}
