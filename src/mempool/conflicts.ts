import { fieldToHex } from '../crypto/field.ts'
import { MAX_COUNTER } from '../ledger/params.ts'
import type { LedgerRecord } from '../ledger/record.ts'
import { reject } from '../ledger/rejection.ts'
import type { StateChanges } from '../ledger/state.ts'
import type { Departures } from './departures.ts'
import type { PendingView } from './pending-view.ts'

/** Lets the entries leave that a final record of an action which the pool did not have rules out. The final state holds the record already. */
export function addConflicts(pending: PendingView, record: LedgerRecord, leaving: Departures): void {
  if (record.kind === 'register') addRivals(pending, record, leaving)
  else {
    leaving.spent(record.from, record.assetId)
    addOverflowing(pending, record, leaving)
  }
}

/** Registrations that have the same definition or code. */
function addRivals(pending: PendingView, { assetId }: LedgerRecord, leaving: Departures): void {
  const asset = pending.final.asset(assetId)
  if (asset === undefined) throw new Error('a final registration made no asset')
  const { code } = asset
  const rival = pending.registrationOf(code)
  if (rival !== undefined)
    leaving.add(rival, reject(rival.record.assetId === assetId ? 'ASSET_EXISTS' : 'CODE_TAKEN', { code }))
}

/** Lets the registrations leave that are made from a retirement which a final block used for another one. */
export function addUsed(
  pending: PendingView,
  changed: StateChanges['retirements'],
  leaving: Departures,
): void {
  for (const [hash, retirement] of changed) {
    const made = retirement === null ? pending.madeFrom(hash) : undefined
    if (made !== undefined) leaving.add(made, reject('UNKNOWN_RETIREMENT', { transfer: fieldToHex(hash) }))
  }
}

/** The latest payments into a holding that it can no longer count. */
function addOverflowing(pending: PendingView, { to, assetId }: LedgerRecord, leaving: Departures): void {
  const line = pending.line(to, assetId)
  let inTotal = pending.holding(to, assetId)?.inTotal ?? 0n
  if (line === undefined || inTotal <= MAX_COUNTER) return
  for (const entry of [...line.ins].reverse()) {
    if (inTotal <= MAX_COUNTER) return
    leaving.add(entry, reject('COUNTER_OVERFLOW', { inTotal, max: MAX_COUNTER }))
    inTotal -= entry.record.amount
  }
}
