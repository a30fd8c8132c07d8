import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeAction } from '../../src/ledger/action-codec.ts'
import { type EmbeddedServer, startEmbedded } from '../../src/postgres/server.ts'
import { eddsaKey, genesisOf } from '../support/ledger/ledger-world.ts'
import { ProcessNetwork, validatorsOf } from '../support/network/process-network.ts'
import { Trader } from '../support/node/test-node.ts'
import { openForTest } from '../support/storage/postgres.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const ERA_MS = 500
const folder = mkdtempSync(join(tmpdir(), 'inpigritas-upgrade-'))
let server: EmbeddedServer
let network: ProcessNetwork

/** This version as it was before its last migration. */
function olderVersion(): string {
  const root = join(folder, 'older')
  mkdirSync(root)
  for (const part of ['dist', 'migrations', 'test/support/node/node-process.mjs', 'package.json'])
    cpSync(join(ROOT, part), join(root, part), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'))
  const path = join(root, 'migrations/meta/_journal.json')
  const journal = JSON.parse(readFileSync(path, 'utf8'))
  writeFileSync(path, JSON.stringify({ ...journal, entries: journal.entries.slice(0, -1) }))
  return root
}

beforeAll(async () => {
  server = await startEmbedded({ dataDir: folder })
  const genesis = genesisOf({
    startTime: Date.now(),
    eraMs: ERA_MS,
    baseMs: 1_000,
    ttl: 600,
    validators: validatorsOf(4),
  })
  network = new ProcessNetwork(server, join(folder, 'network'), genesis)
  await network.start(0, olderVersion())
}, 120_000)
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

test('four nodes are upgraded one by one under load, a migration included, and only eras of the node that is down are missed', async () => {
  const [ann, bob] = [eddsaKey('ann'), eddsaKey('bob')]
  const trader = new Trader(network.genesis, ann)
  let at = 0
  const submit = async (action: ReturnType<Trader['register']>) => {
    // Through a node that is up.
    const { status, rejection } = await network.nodes[at]!.control.submit(encodeAction(action))
    if (status !== 'ACCEPTED') throw new Error(`${status}: ${rejection?.message}`)
  }
  await submit(trader.register())
  await submit(trader.issue(ann.account, 100_000n))
  let isOver = false
  let sent = 0
  const load = (async () => {
    for (; !isOver; sent++) {
      await submit(trader.transfer(ann, bob.account, 1n))
      await sleep(20)
    }
  })()
  const before = await migrations(0)
  const downtimes: { i: number; from: number; to: number }[] = []
  const first = network.era + 2
  await sleep(2_000)
  for (let i = 0; i < 4; i++) {
    at = (i + 1) % 4
    await sleep(200)
    const from = network.era
    await network.stopNode(i)
    await network.startNode(i)
    downtimes.push({ i, from, to: network.era + 2 })
    await sleep(4_000)
  }
  isOver = true
  await load
  const last = network.era - 4
  await sleep(2_000)
  for (const i of [0, 1, 2, 3]) expect(await migrations(i)).toBe(before + 1)
  // Every block is told of by whoever was up; one node alone would have gaps of its own.
  const eras = new Map(
    network.nodes.flatMap(({ blocks }) => blocks.map(({ era, height }) => [era, height] as const)),
  )
  const missed = Array.from({ length: last - first }, (_, i) => first + i).filter((era) => !eras.has(era))
  const isDown = (era: number) => downtimes.some(({ from, to }) => era >= from && era <= to)
  expect(missed.filter((era) => !isDown(era))).toEqual([])
  // A leader that is down costs the time of one view, and there are four.
  for (const { from, to } of downtimes)
    expect(missed.filter((era) => era >= from && era <= to).length).toBeLessThanOrEqual(
      Math.ceil(((to - from) / 4 + 1) * (1_000 / ERA_MS + 1)),
    )
  const records = network.nodes[0]!.blocks.reduce((sum, block) => sum + block.records, 0)
  expect(sent).toBeGreaterThan(100)
  expect(records).toBeGreaterThan(100)
}, 120_000)
