import type { Command } from 'commander'
import { databaseUrl } from '../../config/database-url.ts'
import { openDatabase } from '../../storage/database.ts'
import { migrateDatabase } from '../../storage/migrate.ts'
import { print } from '../output.ts'

export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .description('bring the schema of DATABASE_URL up to date')
    .action(async () => {
      const database = openDatabase(databaseUrl(), { max: 2 })
      try {
        await migrateDatabase(database)
        print('the schema is up to date')
      } finally {
        await database.close()
      }
    })
}
