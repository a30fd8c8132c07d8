import type { Command } from 'commander'
import { dataPath, pathsIn } from '../../config/data-directory.ts'
import { databaseUrl } from '../../config/database-url.ts'
import { Failure } from '../../config/failure.ts'
import { poseidonWasm } from '../../crypto/poseidon-wasm.ts'
import { openDatabase } from '../../storage/database.ts'
import { audit } from '../audit/audit.ts'
import { readGenesis } from '../files/genesis-file.ts'
import { type DataOptions, dataOption } from '../options.ts'
import { print, progress } from '../output.ts'

export function addAudit(program: Command): void {
  program
    .command('audit')
    .description(
      'check every row of the final data in DATABASE_URL against its hashes; slow, and safe beside a running node',
    )
    .addOption(dataOption())
    .action(async ({ data }: DataOptions) => {
      const database = openDatabase(databaseUrl(), { max: 2, applicationName: 'inpigritas audit' })
      try {
        const genesis = readGenesis(pathsIn(dataPath(data)).genesis)
        let damaged = 0
        const bar = progress()
        const height = await audit(database, poseidonWasm(), genesis, {
          onFinding: ({ table, row, what }) => {
            damaged += 1
            print(`${table} ${row} ${what}`)
          },
          onProgress: (done, total) => bar.update(done, total, 'blocks'),
        })
        if (damaged > 0) {
          throw new Failure('AUDIT_FAILED', `damaged rows: ${damaged}`, {
            hint: 'restore a backup, or start with an empty database that the other nodes fill in',
          })
        }
        print(`blocks 0 to ${height}, their records and the state are whole`)
      } finally {
        await database.close()
      }
    })
}
