import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { audit } from '../../../src/cli/audit/audit.ts'
import type { Finding } from '../../../src/cli/audit/blocks.ts'
import { writeGenesis } from '../../../src/cli/files/genesis-file.ts'
import { openDataDirectory } from '../../../src/config/data-directory.ts'
import type { Genesis } from '../../../src/ledger/genesis.ts'
import type { Database } from '../../../src/storage/database.ts'
import { insertPoolEntries } from '../../../src/storage/pool-store.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'
import { ICTL } from '../../support/network/ictl-network.ts'
import { chainNow, nodeFolder, startTestNode, Trader } from '../../support/node/test-node.ts'
import { until } from '../../support/shared/until.ts'
import { emptyDatabase, openForTest } from '../../support/storage/postgres.ts'

const folder = nodeFolder()
let database: Database
let genesis: Genesis
let url: string

beforeAll(async () => {
  url = await emptyDatabase()
  genesis = chainNow()
  const running = await startTestNode({ genesis, databaseUrl: url, ...folder })
  const [ann, bob] = [eddsaKey('ann'), eddsaKey('bob')]
  const trader = new Trader(genesis, ann)
  for (const make of [
    () => trader.register(),
    () => trader.issue(ann.account, 100n),
    () => trader.transfer(ann, bob.account, 30n),
    () => trader.transfer(ann, bob.account, 3n),
  ])
    await trader.send(running.control, make)
  await until(() => running.node.status().poolSize === 0)
  const { finalHeight } = running.node.status()
  await until(() => running.node.status().finalHeight > finalHeight + 1)
  await running.stop()
  database = openForTest(url, 2)
})
afterAll(() => folder.remove())

/** Findings as `table row: what`. */
async function findings(): Promise<string[]> {
  const found: string[] = []
  const onFinding = ({ table, row, what }: Finding) => found.push(`${table} ${row}: ${what}`)
  await audit(database, poseidon, genesis, { onFinding, onProgress: () => {} })
  return found
}

/** The last record but one. */
const LAST = 'position = (SELECT max(position) - 1 FROM transfer)'
/** Statements that damage one row, with the finding that must be among those of the audit. */
const DAMAGE: readonly [table: string, set: string, where: string, found: RegExp][] = [
  ['holding', 'in_total = in_total + 1', 'id = 2', /^holding 2: /],
  ['holding', 'out_total = out_total - 1', 'id = 1', /^holding 1: /],
  [
    'state_node',
    'hash = set_byte(hash, 31, get_byte(hash, 31) # 1)',
    'level = 0 AND index = 1',
    /^state_node 0\/1: /,
  ],
  [
    'state_node',
    'hash = set_byte(hash, 9, get_byte(hash, 9) # 8)',
    'level = 2 AND index = 0',
    /^state_node 2\/0: /,
  ],
  [
    'history_node',
    'hash = set_byte(hash, 31, get_byte(hash, 31) # 1)',
    'level = 0 AND index = (SELECT max(position) - 1 FROM transfer)',
    /^history_node 0\/\d+: /,
  ],
  ['transfer', 'amount = amount + 1', LAST, /^transfer \d+: /],
  ['transfer', 'era = era + 1', LAST, /^transfer \d+: /],
  ['transfer', 'hash = set_byte(hash, 31, get_byte(hash, 31) # 1)', LAST, /^transfer \d+: /],
  ['transfer', 'signature = set_byte(signature, 3, get_byte(signature, 3) # 1)', LAST, /^block \d+: /],
  // Such an action cannot be encoded any more.
  ['transfer', 'signature = substr(signature, 2)', LAST, /^block \d+: /],
  ['block', 'hash = set_byte(hash, 3, get_byte(hash, 3) # 1)', 'height = 1', /^block 1: /],
  ['block', 'header = set_byte(header, 200, get_byte(header, 200) # 1)', 'height = 2', /^block 2: /],
  ['block', 'certificate = NULL', 'height = 1', /^block 1: /],
  ['block', 'certificate = substr(certificate, 2)', 'height = 1', /^block 1: /],
  [
    'block',
    'certificate = set_byte(certificate, length(certificate) - 9, get_byte(certificate, length(certificate) - 9) # 1)',
    'height = 1',
    /^block 1: /,
  ],
  ['block', 'certificate = (SELECT certificate FROM block WHERE height = 1)', 'height = 2', /^block 2: /],
  // The last byte of the header is one of its logRoot.
  [
    'block',
    'header = set_byte(header, 282, get_byte(header, 282) # 1)',
    'height = 2',
    /^block 2: has a root that the headers/,
  ],
  ['asset', 'reinstatable = NOT reinstatable', 'id = 0', /^asset 0: /],
  ['asset', 'cap = cap + 1', 'id = 0', /^asset 0: /],
  ['asset', 'mint_holding = 1', 'id = 0', /^asset 0: /],
]

test('an untouched database is whole', async () => {
  expect(await findings()).toEqual([])
})

test('what the state tree does not have yet is no damage', async () => {
  const { sql } = database
  await sql`CREATE TABLE later AS SELECT * FROM state_node`
  const [tree] = await sql<{ height: number }[]>`SELECT height FROM tree_height`
  await sql`DELETE FROM state_node`
  await sql`UPDATE tree_height SET height = 0`
  expect(await findings()).toEqual([])
  await sql`UPDATE tree_height SET height = ${tree!.height}`
  expect((await findings())[0]).toMatch(/^state_node 0\/0: /)
  await sql`INSERT INTO state_node SELECT * FROM later`
  expect(await findings()).toEqual([])
})

test('a damaged waiting action is found', async () => {
  await insertPoolEntries(database, [{ hash: 7n, bytes: new Uint8Array(9), note: undefined }])
  expect(await findings()).toEqual([])
  await database.sql`UPDATE pool SET bytes = set_byte(bytes, 3, 1)`
  expect(await findings()).toEqual([`pool ${'7'.padStart(64, '0')}: is not what was stored`])
  await database.sql`DELETE FROM pool`
})

test.each(DAMAGE)('damage in %s is found: %s where %s', async (table, set, where, found) => {
  const { sql } = database
  const undamaged = `undamaged_${table}`
  await sql.unsafe(
    `SET session_replication_role = replica; CREATE TABLE IF NOT EXISTS ${undamaged} AS SELECT * FROM ${table}`,
  )
  await sql.unsafe(`ALTER TABLE ${table} DISABLE TRIGGER ALL`)
  const damaged = await sql.unsafe(`UPDATE ${table} SET ${set} WHERE ${where}`)
  expect(damaged.count).toBe(1)
  expect(await findings()).toContainEqual(expect.stringMatching(found))
  await sql.unsafe(`DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM ${undamaged}`)
  expect(await findings()).toEqual([])
})

/** Runs `ictl audit` on the database. */
function runAudit(): Promise<{ status: number; out: string; err: string }> {
  const env = { ...process.env, DATABASE_URL: url, INPIGRITAS_DATA: join(folder.dir, 'data') }
  return new Promise((resolve) => {
    execFile(process.execPath, [ICTL, 'audit'], { env }, (error, out, err) =>
      resolve({ status: error === null ? 0 : Number(error.code), out, err }),
    )
  })
}

test('the command prints damaged rows on standard output, progress on standard error, and exits with 1 if there are any', async () => {
  openDataDirectory(join(folder.dir, 'data'))
  writeGenesis(join(folder.dir, 'data', 'genesis.json'), genesis)
  const whole = await runAudit()
  expect(whole).toMatchObject({ status: 0, out: expect.stringMatching(/^blocks 0 to \d+, .* are whole\n$/) })
  expect(whole.err).toMatch(/^blocks 0%$/m)
  await database.sql.unsafe(`UPDATE holding SET in_total = in_total + 1 WHERE id = 2`)
  const damaged = await runAudit()
  expect(damaged.status).toBe(1)
  expect(damaged.out).toMatch(/^holding 2 has received another number of units than its records say$/m)
  expect(damaged.out).not.toMatch(/whole/)
  expect(damaged.err).toMatch(/\[AUDIT_FAILED\]/)
})
