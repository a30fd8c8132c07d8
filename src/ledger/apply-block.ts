import type { HashedAction } from './action-hash.ts'
import { applyAction } from './apply-action.ts'
import { Overlay } from './overlay.ts'
import { MAX_ERA } from './params.ts'
import type { LedgerRecord } from './record.ts'
import { isRejection, type Rejection, reject } from './rejection.ts'
import type { Rules } from './rules.ts'
import type { StateView } from './state.ts'

/** An applied block, or the index of its first invalid action with the rejection. */
export type BlockResult =
  | { ok: true; records: LedgerRecord[]; overlay: Overlay }
  | { ok: false; index: number; rejection: Rejection }

/**
 * Applies every action of a block, in order, on the state after its parent. One rejected action makes the block invalid. Signatures
 * are verified separately (`verifyAction`). PROTOCOL.md, "Applying a block".
 * @param parent is not changed
 * @throws RangeError if the era is not that of a block
 */
export function applyBlock(
  parent: StateView,
  block: { era: number; actions: readonly HashedAction[] },
  rules: Rules,
): BlockResult {
  const { era, actions } = block
  if (!Number.isInteger(era) || era < 1 || era > MAX_ERA)
    throw new RangeError(`not an era of a block: ${era}`)
  if (actions.length > rules.maxRecords) {
    const rejection = reject('TOO_MANY_RECORDS', { count: actions.length, max: rules.maxRecords })
    return { ok: false, index: rules.maxRecords, rejection }
  }
  const overlay = new Overlay(parent)
  const records: LedgerRecord[] = []
  for (const [index, action] of actions.entries()) {
    const record = applyAction(overlay, action, { blockEra: era, rules })
    if (isRejection(record)) return { ok: false, index, rejection: record }
    records.push(record)
  }
  return { ok: true, records, overlay }
}
