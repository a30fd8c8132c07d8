import type { HashedAction } from './action-hash.ts'
import { applyAction } from './apply-action.ts'
import { Overlay } from './overlay.ts'
import { MAX_ERA } from './params.ts'
import type { LedgerRecord } from './record.ts'
import { isRejection, type Rejection, reject } from './rejection.ts'
import type { Rules } from './rules.ts'
import type { StateView } from './state.ts'

/** A block applied, or the index of the first action that cannot be, and why. */
export type BlockResult =
  | { ok: true; records: LedgerRecord[]; overlay: Overlay }
  | { ok: false; index: number; rejection: Rejection }

/**
 * Applies every action of a block, in order, to the state after its parent. All or nothing: one rejected action
 * rejects the block. Signatures are verified apart (`verifyAction`). PROTOCOL.md, "Applying a block".
 * @param parent stays as it is
 */
export function applyBlock(
  parent: StateView,
  block: { era: number; actions: readonly HashedAction[] },
  rules: Rules,
): BlockResult {
  const { era, actions } = block
  if (!Number.isInteger(era) || era < 1 || era > MAX_ERA) throw new RangeError(`no era of a block: ${era}`)
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
