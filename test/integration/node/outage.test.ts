import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedServer, startEmbedded } from '../../../src/postgres/server.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { eddsaKey, rsaKey } from '../../support/ledger/ledger-world.ts'
import { TestNetwork } from '../../support/network/peer-nodes.ts'
import { hashOf, submit, Trader } from '../../support/node/test-node.ts'
import { testFolder } from '../../support/shared/test-folder.ts'
import { until } from '../../support/shared/until.ts'

const folder = testFolder('outage')
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
})
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
  for (const make of [() => trader.register(), () => trader.issue(ann.account, 10_000n)])
    await trader.send(control, make)
  const accepted: string[] = []
  let isOver = false
  const load = (async () => {
    while (!isOver) {
      // What was taken and not stored yet when the database ended is stored once it is back; what comes then is refused until it is.
      const make = () => trader.transfer(ann, bob.account, 1n)
      accepted.push(hashOf(await trader.send(control, make, { patient: true })))
      await sleep(20)
    }
  })()
  await network.reach(4)
  await until(() => accepted.length > 20)
  const before = network.height(0)
  process.kill(
    Number(readFileSync(join(folder, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]),
    'SIGKILL',
  )
  await server.ended
  await until(() => network.nodes.every((node) => node!.node.status().state === 'PAUSED'))
  // What can't be kept is not taken, so its sender may sign another one in its place.
  const refused = submit(control, new Trader(network.genesis, ann, 'LOT-2').register())
  await expect(refused).rejects.toMatchObject({ code: 'POSTGRES_UNREACHABLE', retry: true })
  server = await startEmbedded({ dataDir: folder })
  await network.reach(before + 5)
  isOver = true
  await load
  await until(() => network.nodes.every((node) => node!.node.status().state === 'READY'))
  for (const node of network.nodes) {
    for (const hash of accepted)
      await until(async () => (await node!.control.submission(hash))?.status === 'FINAL')
  }
  const height = Math.min(...network.nodes.map((_, i) => network.height(i)))
  const all = await Promise.all(network.nodes.map((_, i) => network.hashes(i)))
  for (const hashes of all) expect(hashes.slice(0, height + 1)).toEqual(all[0]!.slice(0, height + 1))
  expect(network.fatal).toEqual([])
})
