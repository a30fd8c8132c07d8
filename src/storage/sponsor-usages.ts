import { fieldToBytes } from '../crypto/field.ts'
import { type Budgets, NO_BUDGETS } from '../ledger/admission.ts'
import type { StateChanges } from '../ledger/state.ts'
import { numbers } from './columns.ts'
import type { Database } from './database.ts'
import type { Numbers } from './numbering.ts'
import type { Transaction } from './transaction.ts'

/** Stores what is charged to sponsors after a block, for those whose usage it changed. */
export async function insertUsages(
  tx: Transaction,
  { header, changes }: { header: { height: number }; changes: Pick<StateChanges, 'usages'> },
  accounts: Numbers,
): Promise<void> {
  const rows = [...changes.usages]
  if (rows.length === 0) return
  const column = (pick: (usage: Budgets) => number) => numbers(rows.map(([, usage]) => pick(usage)))
  await tx`
    INSERT INTO sponsor_usage (account, height, assets, bytes, holdings, retirements)
    SELECT account, ${header.height}, assets, bytes, holdings, retirements
    FROM unnest(${numbers(rows.map(([sponsor]) => accounts.of(sponsor)))}::integer[], ${column((u) => u.assets)}::integer[],
      ${column((u) => u.bytes)}::bigint[], ${column((u) => u.holdings)}::integer[], ${column((u) => u.retirements)}::integer[])
      AS u (account, assets, bytes, holdings, retirements)`
}

/** What is charged to a sponsor after the block at `height`; under `UNLISTED` to all unlisted ones together. */
export async function readUsage({ sql }: Database, sponsor: bigint, height: number): Promise<Budgets> {
  const [row] = await sql<Budgets[]>`
    SELECT assets, bytes, holdings, retirements FROM sponsor_usage
    WHERE account = (SELECT id FROM account WHERE account = ${fieldToBytes(sponsor)}) AND height <= ${height}
    ORDER BY height DESC LIMIT 1`
  return row ?? NO_BUDGETS
}
