import type { ActionKind } from '../ledger/action.ts'
import { MINT, RETIRED } from '../ledger/params.ts'
import type { LedgerRecord } from '../ledger/record.ts'
import type { StateChanges } from '../ledger/state.ts'
import { numbers } from './columns.ts'
import type { Numbers } from './numbering.ts'
import { spansOf } from './spans.ts'
import type { Transaction } from './transaction.ts'

/** Running totals of an asset or an account, up to and including the record at `position`. */
interface Tally {
  id: number
  position: number
  registers: number
  issues: number
  retires: number
  reinstates: number
  holders: number
}

/** The total that a record of each kind raises. Transfers, by far the most records, raise none: their number is the rest. */
const RAISED: Readonly<Record<ActionKind, 'registers' | 'issues' | 'retires' | 'reinstates' | undefined>> = {
  register: 'registers',
  issue: 'issues',
  transfer: undefined,
  retire: 'retires',
  reinstate: 'reinstates',
}

/** The mint and RETIRED hold what is not in circulation. They are no holders, and their records are not tallied. */
const isHolder = (account: bigint) => account !== MINT && account !== RETIRED

/** Stores the running totals that the records of a block change: those of its assets, and of its senders and receivers. */
export async function insertTallies(
  tx: Transaction,
  { records, changes }: { records: readonly LedgerRecord[]; changes: Pick<StateChanges, 'holdings'> },
  accounts: Numbers,
  assets: Numbers,
): Promise<void> {
  const holders = holderChanges(records, changes)
  const ofAsset = records.filter(({ kind, position }) => RAISED[kind] || holders.get(position))
  const ofAccount = records
    .filter(({ kind }) => RAISED[kind])
    .flatMap((record) =>
      [...new Set([record.from, record.to])].filter(isHolder).map((account) => ({ record, account })),
    )
  await Promise.all([
    insertAssetTallies(
      tx,
      ofAsset.map((record) => ({
        id: assets.of(record.assetId),
        record,
        holders: holders.get(record.position) ?? 0,
      })),
    ),
    insertAccountTallies(
      tx,
      ofAccount.map(({ record, account }) => ({ id: accounts.of(account), record, holders: 0 })),
    ),
  ])
}

/** By how much each record changes the number of its asset's holders, by position. */
function holderChanges(
  records: readonly LedgerRecord[],
  changes: Pick<StateChanges, 'holdings'>,
): Map<number, number> {
  const { begun, ended } = spansOf(records, changes)
  const found = new Map<number, number>()
  const add = (holding: number, position: number | null, by: number) => {
    if (position === null || !isHolder(changes.holdings.get(holding)!.account)) return
    found.set(position, (found.get(position) ?? 0) + by)
  }
  for (const { holding, opened, emptied } of begun) {
    add(holding, opened, 1)
    add(holding, emptied, -1)
  }
  for (const { holding, position } of ended) add(holding, position, -1)
  return found
}

interface Change {
  id: number
  record: LedgerRecord
  holders: number
}

async function insertAssetTallies(tx: Transaction, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return
  const last = await tx<Tally[]>`
    SELECT i.id, 0 AS registers, t.issues, t.retires, t.reinstates, t.holders FROM unnest(${idsOf(changes)}::integer[]) AS i (id)
    CROSS JOIN LATERAL (SELECT * FROM asset_tally WHERE asset = i.id ORDER BY position DESC LIMIT 1) AS t`
  const rows = continued(last, changes)
  await tx`
    INSERT INTO asset_tally (asset, position, issues, retires, reinstates, holders)
    SELECT * FROM unnest(${numbers(rows.map((r) => r.id))}::integer[], ${numbers(rows.map((r) => r.position))}::bigint[],
      ${numbers(rows.map((r) => r.issues))}::bigint[], ${numbers(rows.map((r) => r.retires))}::bigint[],
      ${numbers(rows.map((r) => r.reinstates))}::bigint[], ${numbers(rows.map((r) => r.holders))}::integer[])`
}

async function insertAccountTallies(tx: Transaction, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return
  const last = await tx<Tally[]>`
    SELECT i.id, t.registers, t.issues, t.retires, t.reinstates, 0 AS holders FROM unnest(${idsOf(changes)}::integer[]) AS i (id)
    CROSS JOIN LATERAL (SELECT * FROM account_tally WHERE account = i.id ORDER BY position DESC LIMIT 1) AS t`
  const rows = continued(last, changes)
  await tx`
    INSERT INTO account_tally (account, position, registers, issues, retires, reinstates)
    SELECT * FROM unnest(${numbers(rows.map((r) => r.id))}::integer[], ${numbers(rows.map((r) => r.position))}::bigint[],
      ${numbers(rows.map((r) => r.registers))}::bigint[], ${numbers(rows.map((r) => r.issues))}::bigint[],
      ${numbers(rows.map((r) => r.retires))}::bigint[], ${numbers(rows.map((r) => r.reinstates))}::bigint[])`
}

const idsOf = (changes: readonly Change[]) => numbers([...new Set(changes.map(({ id }) => id))])

/** A row per change, which continues the last row of the same asset or account. */
function continued(last: readonly Tally[], changes: readonly Change[]): Tally[] {
  const known = new Map(last.map((tally) => [tally.id, tally]))
  return changes.map(({ id, record, holders }) => {
    const before = known.get(id) ?? NONE
    const tally = { ...before, id, position: record.position, holders: before.holders + holders }
    const raised = RAISED[record.kind]
    if (raised) tally[raised] += 1
    known.set(id, tally)
    return tally
  })
}

const NONE = { registers: 0, issues: 0, retires: 0, reinstates: 0, holders: 0 }
