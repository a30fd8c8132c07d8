import { applyAction } from '../ledger/apply-action.ts'
import { bodyBytesOf } from '../ledger/body.ts'
import { Overlay } from '../ledger/overlay.ts'
import type { LedgerRecord } from '../ledger/record.ts'
import { isRejection } from '../ledger/rejection.ts'
import type { Rules } from '../ledger/rules.ts'
import type { StateView } from '../ledger/state.ts'
import type { PoolEntry } from './entry.ts'
import type { Share } from './shares.ts'
import { FAILED, PASSED, Turns } from './turns.ts'

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

/** Actions are applied at most this many times as often as a block has records, so entries that do not apply cost a leader no more than a block. */
export const TRIES_PER_RECORD = 2

/**
 * Chooses what a leader puts into a block of `room.era` on `parent`. Parties, sponsors, signers and holdings take turns, so that nobody keeps
 * others out. An entry costs its bytes in the body, but at least the room for bytes divided by that for records. An entry that does not apply
 * yet, because it depends on another, is tried again after what it depends on, and stays in the pool if it still does not apply.
 * @param shares who holds what of the pool (`Pool.shares`); undefined for an empty block
 */
export function selectForBlock(shares: Share | undefined, parent: StateView, room: BlockRoom): Selection {
  const { era, rules, maxBodyBytes } = room
  const { maxRecords, ttl } = rules
  const overlay = new Overlay(parent)
  const selection: Selection = { entries: [], records: [], overlay }
  const quantum = Math.ceil(maxBodyBytes / maxRecords)
  let bytes = BODY_OVERHEAD_BYTES
  let tries = TRIES_PER_RECORD * maxRecords
  const take = (entry: PoolEntry): number => {
    if (isIn(overlay, entry)) return PASSED
    const size = bodyBytesOf(entry.bytes)
    const isDue = entry.era <= era && era < entry.era + ttl
    if (!entry.durable || !isDue || bytes + size > maxBodyBytes || tries === 0) return 0
    tries -= 1
    const record = applyAction(overlay, entry, { blockEra: era, rules })
    if (isRejection(record)) return FAILED
    bytes += size
    selection.entries.push(entry)
    selection.records.push(record)
    return Math.max(size, quantum)
  }
  if (shares === undefined) return selection
  const turns = new Turns(shares, quantum, take)
  while (selection.entries.length < maxRecords && tries > 0 && turns.next());
  return selection
}

/** Whether a state has the transfer already: blocks that are not final yet have it, as it is still in the pool. */
function isIn(state: StateView, { kind, record }: PoolEntry): boolean {
  if (kind === 'register') return false
  return record.fromStart < (state.holding(record.from, record.assetId)?.outTotal ?? 0n)
}
