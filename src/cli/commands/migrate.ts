import type { Command } from 'commander'
import { databaseUrl } from '../../config/database-url.ts'
import { openDatabase } from '../../storage/database.ts'
import { migrateDatabase } from '../../storage/migrate.ts'
import { print } from '../output.ts'

export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .description('migrate the database in DATABASE_URL to the current schema')
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
