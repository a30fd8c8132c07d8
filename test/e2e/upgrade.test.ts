import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fieldFromHex, fieldToHex } from '../../src/crypto/field.ts'
import type { SignedAction } from '../../src/ledger/action.ts'
import { type EmbeddedServer, startEmbedded } from '../../src/postgres/server.ts'
import { readFinal } from '../../src/storage/reads/transfers.ts'
import { eddsaKey, genesisOf } from '../support/ledger/ledger-world.ts'
import { ProcessNetwork, validatorsOf } from '../support/network/process-network.ts'
import { hashOf, Trader } from '../support/node/test-node.ts'
import { testFolder } from '../support/shared/test-folder.ts'
import { until } from '../support/shared/until.ts'
import { openForTest } from '../support/storage/postgres.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const folder = testFolder('upgrade')
let server: EmbeddedServer
let network: ProcessNetwork

/** A version after this one, with one migration more. */
function newerVersion(): string {
  const root = join(folder, 'newer')
  mkdirSync(root)
  for (const part of ['dist', 'migrations', 'test/support/node/node-process.mjs', 'package.json'])
    cpSync(join(ROOT, part), join(root, part), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'))
  const path = join(root, 'migrations/meta/_journal.json')
  const journal = JSON.parse(readFileSync(path, 'utf8'))
  const last = journal.entries.at(-1)
  const entry = { ...last, idx: last.idx + 1, when: last.when + 1, tag: 'later' }
  writeFileSync(path, JSON.stringify({ ...journal, entries: [...journal.entries, entry] }))
  writeFileSync(join(root, 'migrations/later.sql'), 'ALTER TABLE "webhook" ADD COLUMN "later" integer;')
  return root
}

beforeAll(async () => {
  server = await startEmbedded({ dataDir: folder })
  const genesis = genesisOf({
    startTime: Date.now(),
    eraMs: 500,
    baseMs: 1_000,
    ttl: 600,
    validators: validatorsOf(4),
  })
  network = new ProcessNetwork(server, join(folder, 'network'), genesis)
  await network.start()
})
afterAll(async () => {
  await network.stop()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

const migrations = async (i: number) => {
  const { sql } = openForTest(network.databaseUrl(i), 1)
  const [row] = await sql`SELECT count(*)::int AS count FROM drizzle.__drizzle_migrations`
  return row!.count as number
}

test('four nodes are upgraded one by one under load, a migration included: the chain goes on without each, and nothing accepted is lost', async () => {
  const [ann, bob] = [eddsaKey('ann'), eddsaKey('bob')]
  const trader = new Trader(network.genesis, ann)
  const accepted: bigint[] = []
  /** The node that the client submits to, and the one that it is to move to. */
  let [at, next] = [0, 0]
  let isOver = false
  const send = async (make: () => SignedAction) => {
    accepted.push(fieldFromHex(hashOf(await trader.send(network.nodes[at]!.control, make))))
  }
  const load = (async () => {
    await send(() => trader.register())
    await send(() => trader.issue(ann.account, 100_000n))
    while (!isOver) {
      if (at !== next) {
        await until(() => knowsAll(next))
        at = next
      }
      await send(() => trader.transfer(ann, bob.account, 1n))
      await sleep(20)
    }
  })()
  let failure: unknown
  load.catch((error) => {
    failure = error
  })
  const event = (happened: () => boolean | Promise<boolean>) =>
    until(
      () => {
        if (failure !== undefined) throw failure
        return happened()
      },
      () => `${happened}`,
    )
  /** Whether a node has heard of everything that the client had accepted. */
  const knowsAll = async (i: number) => {
    const holding = { account: fieldToHex(ann.account), assetId: fieldToHex(trader.assetId) }
    const [start] = await network.nodes[i]!.control.nextStarts([holding])
    return start === trader.starts.get(ann.account)
  }
  const top = () => Math.max(...network.nodes.map((_, i) => network.height(i)))

  const before = await migrations(0)
  const newer = newerVersion()
  await event(() => accepted.length > 20)
  const first = network.era
  for (let i = 0; i < 4; i++) {
    next = (i + 1) % 4
    await event(() => at === next)
    const { length } = accepted
    const height = top()
    await network.stopNode(i)
    await event(() => top() >= height + 4 && accepted.length >= length + 20)
    await network.startNode(i, newer)
    const caughtUp = top() + 4
    await event(() => network.nodes.every((_, other) => network.height(other) >= caughtUp))
  }
  isOver = true
  await load
  const last = network.era
  for (const i of [0, 1, 2, 3]) {
    const database = openForTest(network.databaseUrl(i), 1)
    await event(async () => (await readFinal(database, accepted)).size === accepted.length)
  }
  for (const i of [0, 1, 2, 3]) expect(await migrations(i)).toBe(before + 1)
  const eras = new Set(network.nodes.flatMap(({ blocks }) => blocks.map(({ era }) => era)))
  const made = [...eras].filter((era) => era >= first && era < last).length
  console.log(`${accepted.length} actions, blocks in ${made} of ${last - first} eras`)
})
