import { readdirSync, readFileSync } from 'node:fs'
import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api'
import { expect, test } from 'vitest'
import * as consensus from '../../../src/storage/schema/consensus.ts'
import * as ledger from '../../../src/storage/schema/ledger.ts'
import * as queues from '../../../src/storage/schema/queues.ts'

const META = new URL('../../../migrations/meta/', import.meta.url)

test('the migrations create the tables of the schema', async () => {
  const newest = readdirSync(META)
    .filter((name) => name.endsWith('_snapshot.json'))
    .sort()
    .at(-1)!
  const migrated = JSON.parse(readFileSync(new URL(newest, META), 'utf8'))
  expect(
    await generateMigration(migrated, generateDrizzleJson({ ...ledger, ...consensus, ...queues })),
  ).toEqual([])
})
