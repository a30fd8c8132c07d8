import { applyAction } from '../ledger/apply-action.ts'
import { bodyBytesOf } from '../ledger/body.ts'
import { Overlay } from '../ledger/overlay.ts'
import type { LedgerRecord } from '../ledger/record.ts'
import { isRejection } from '../ledger/rejection.ts'
import type { Rules } from '../ledger/rules.ts'
import type { StateView } from '../ledger/state.ts'
import type { PoolEntry } from './entry.ts'

/** Limits of a block's content. */
export interface BlockRoom {
  era: number
  /** Bound on the length of the encoded body. */
  maxBodyBytes: number
  rules: Rules
}

/** A block's content. Applying `entries` to the parent's state in this order gives `records` and `overlay`. */
export interface Selection {
  entries: PoolEntry[]
  records: LedgerRecord[]
  overlay: Overlay
}

/** Length of a body without actions. */
const BODY_OVERHEAD_BYTES = 4

/** Bound on the passes over entries that had to wait for others. In order of arrival one pass is enough unless the block is full. */
const MAX_PASSES = 3

/**
 * Chooses what a leader puts into a block of `room.era` on `parent`: the lowest era first, then the earliest arrival. If not all entries fit,
 * signers take turns, so that one with many entries does not keep others out. An entry that does not apply yet, because it depends on
 * another, is tried again after the others, and stays in the pool if it still does not apply.
 */
export function selectForBlock(entries: Iterable<PoolEntry>, parent: StateView, room: BlockRoom): Selection {
  const overlay = new Overlay(parent)
  const selection: Selection = { entries: [], records: [], overlay }
  let bytes = BODY_OVERHEAD_BYTES
  let candidates = inTurns(entries, room)
  for (let pass = 0; pass < MAX_PASSES && candidates.length > 0; pass += 1) {
    const deferred: PoolEntry[] = []
    for (const entry of candidates) {
      if (selection.entries.length >= room.rules.maxRecords) return selection
      const size = bodyBytesOf(entry.bytes)
      if (bytes + size > room.maxBodyBytes) continue
      const record = applyAction(overlay, entry, { blockEra: room.era, rules: room.rules })
      if (isRejection(record)) {
        deferred.push(entry)
        continue
      }
      bytes += size
      selection.entries.push(entry)
      selection.records.push(record)
    }
    if (deferred.length === candidates.length) break
    candidates = deferred.sort((a, b) => a.arrival - b.arrival)
  }
  return selection
}

/**
 * Entries that may enter in `room.era`, ordered by (turn, era, arrival). An entry's turn is the number of entries of its signer before it.
 * If everything fits there are no turns.
 */
function inTurns(entries: Iterable<PoolEntry>, room: BlockRoom): PoolEntry[] {
  const ready: PoolEntry[] = []
  let bytes = BODY_OVERHEAD_BYTES
  for (const entry of entries) {
    if (!entry.durable || entry.era > room.era || room.era >= entry.era + room.rules.ttl) continue
    ready.push(entry)
    bytes += bodyBytesOf(entry.bytes)
  }
  ready.sort((a, b) => a.era - b.era || a.arrival - b.arrival)
  if (ready.length <= room.rules.maxRecords && bytes <= room.maxBodyBytes) return ready
  const taken = new Map<bigint, number>()
  const turns: PoolEntry[][] = []
  for (const entry of ready) {
    const turn = taken.get(entry.signer) ?? 0
    taken.set(entry.signer, turn + 1)
    const sameTurn = turns[turn]
    if (sameTurn === undefined) turns[turn] = [entry]
    else sameTurn.push(entry)
  }
  return turns.flat()
}
