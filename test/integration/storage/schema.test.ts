import { readdirSync, readFileSync } from 'node:fs'
import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api'
import { expect, test } from 'vitest'

const META = new URL('../../../migrations/meta/', import.meta.url)
const SCHEMA = new URL('../../../src/storage/schema/', import.meta.url)

test('the migrations create the tables of the schema', async () => {
  const newest = readdirSync(META)
    .filter((name) => name.endsWith('_snapshot.json'))
    .sort()
    .at(-1)!
  const migrated = JSON.parse(readFileSync(new URL(newest, META), 'utf8'))
  const files = await Promise.all(readdirSync(SCHEMA).map((name) => import(new URL(name, SCHEMA).href)))
  expect(await generateMigration(migrated, generateDrizzleJson(Object.assign({}, ...files)))).toEqual([])
})
