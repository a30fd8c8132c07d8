import type { Poseidon } from '../../crypto/poseidon.ts'
import type { Genesis } from '../../ledger/genesis.ts'
import { type Database, databaseFailure, inTransaction } from '../../storage/database.ts'
import { currentHeight } from '../../storage/heights.ts'
import { damagedPoolEntries } from '../../storage/pool-store.ts'
import { loadTreeHeight } from '../../storage/tree-store.ts'
import { auditAssets } from './assets.ts'
import { auditBlocks, type Finding } from './blocks.ts'
import { auditHoldings, auditState } from './state.ts'

/**
 * Checks a database: waiting actions, holdings, assets and state tree in one snapshot, then all blocks.
 * @param onProgress called with each block's height and the last one's
 * @returns the height up to which it looked
 * @throws Failure if the database cannot be read
 */
export async function audit(
  database: Database,
  poseidon: Poseidon,
  genesis: Genesis,
  {
    onFinding,
    onProgress,
  }: { onFinding(finding: Finding): void; onProgress(done: number, total: number): void },
): Promise<number> {
  const report = (table: string, row: string | number, what: string) =>
    onFinding({ table, row: `${row}`, what })
  try {
    const height = await currentHeight(database)
    const storedTo = await loadTreeHeight(database)
    await database.sql.begin('ISOLATION LEVEL REPEATABLE READ READ ONLY', async (tx) => {
      await tx`SET LOCAL idle_in_transaction_session_timeout = 0`
      const snapshot = inTransaction(database, tx)
      for (const hash of await damagedPoolEntries(snapshot)) report('pool', hash, 'is not what was stored')
      await auditHoldings(snapshot, report)
      await auditAssets(snapshot, poseidon, report)
      await auditState(snapshot, poseidon, genesis, await loadTreeHeight(snapshot), report)
    })
    await auditBlocks({ database, poseidon, genesis, report }, { height, storedTo }, (at) =>
      onProgress(at, height),
    )
    return height
  } catch (error) {
    throw databaseFailure(error)
  }
}
