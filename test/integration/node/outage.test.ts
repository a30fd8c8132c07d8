import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedServer, startEmbedded } from '../../../src/postgres/server.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { eddsaKey, rsaKey } from '../../support/ledger/ledger-world.ts'
import { TestNetwork } from '../../support/network/peer-nodes.ts'
import { hashOf, submit, Trader, until } from '../../support/node/test-node.ts'

const folder = mkdtempSync(join(tmpdir(), 'inpigritas-outage-'))
let server: EmbeddedServer
let network: TestNetwork
let made = 0

beforeAll(async () => {
  server = await startEmbedded({ dataDir: folder })
  network = await TestNetwork.create(4, 0, {}, async () => {
    const name = `outage_${++made}`
    const admin = openDatabase(server.url('postgres'), { max: 1 })
    await admin.sql.unsafe(`CREATE DATABASE ${name}`)
    await admin.close()
    return server.url(name)
  })
  await network.startAll()
}, 60_000)
afterAll(async () => {
  await network.close()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('four nodes whose database is killed under load pause, go on once it is back, and lose nothing', async () => {
  const ann = rsaKey()
  const bob = eddsaKey('bob')
  const trader = new Trader(network.genesis, ann)
  const { control } = network.nodes[0]!
  for (const action of [trader.register(), trader.issue(ann.account, 10_000n)])
    expect((await submit(control, action)).status).toBe('ACCEPTED')
  const accepted: string[] = []
  let isOver = false
  const load = (async () => {
    while (!isOver) {
      const start = trader.starts.get(ann.account) ?? 0n
      let action = trader.transfer(ann, bob.account, 1n)
      // Handed in again until it is answered, for the node takes nothing that it cannot keep; signed again once its era is over.
      for (;;) {
        const answer = await submit(control, action).catch(() => undefined)
        if (answer?.status === 'ACCEPTED' || answer?.status === 'FINAL') break
        if (answer?.rejection?.code === 'ERA_TOO_SOON') {
          trader.starts.set(ann.account, start)
          action = trader.transfer(ann, bob.account, 1n)
        } else if (answer !== undefined) throw new Error(`${answer.status} ${answer.rejection?.message}`)
        await sleep(50)
      }
      accepted.push(hashOf(action))
      await sleep(20)
    }
  })()
  await network.reach(4)
  const before = network.height(0)
  process.kill(
    Number(readFileSync(join(folder, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]),
    'SIGKILL',
  )
  await server.ended
  await until(() => network.nodes.every((node) => node!.node.status().state === 'PAUSED'))
  await sleep(1_000)
  server = await startEmbedded({ dataDir: folder })
  await network.reach(before + 5)
  isOver = true
  await load
  expect(network.nodes.map((node) => node!.node.status().state)).toEqual(['READY', 'READY', 'READY', 'READY'])
  for (const node of network.nodes) {
    for (const hash of accepted)
      await until(async () => (await node!.control.submission(hash))?.status === 'FINAL')
  }
  const height = Math.min(...network.nodes.map((_, i) => network.height(i)))
  const all = await Promise.all(network.nodes.map((_, i) => network.hashes(i)))
  for (const hashes of all) expect(hashes.slice(0, height + 1)).toEqual(all[0]!.slice(0, height + 1))
  expect(accepted.length).toBeGreaterThan(20)
  expect(network.fatal).toEqual([])
}, 90_000)
