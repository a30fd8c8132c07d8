import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Failure } from '../../../src/config/failure.ts'
import { decodeHeader } from '../../../src/ledger/header.ts'
import { readEvidence } from '../../../src/storage/evidence.ts'
import { eddsaKey, rsaKey, type TestKey } from '../../support/ledger/ledger-world.ts'
import { freePort } from '../../support/network/free-port.ts'
import { logKeyOf, TestNetwork, transportKeyOf, votingKeyOf } from '../../support/network/peer-nodes.ts'
import { hashOf, nodeFolder, startTestNode, Trader } from '../../support/node/test-node.ts'
import { until } from '../../support/shared/until.ts'
import { emptyDatabase } from '../../support/storage/postgres.ts'

let ann: TestKey
let bob: TestKey
beforeAll(async () => {
  ann = rsaKey()
  bob = eddsaKey('bob')
})

let network: TestNetwork
afterEach(async () => {
  expect(network.fatal).toEqual([])
  await network.close()
})
const isFinal = async (i: number, hash: string) =>
  (await network.nodes[i]!.control.submission(hash))?.status === 'FINAL'

describe('a network of validators', () => {
  test('agrees on blocks, and an action submitted to one node is final at all four', async () => {
    network = await TestNetwork.create(4)
    await network.startAll()
    await network.reach(3)
    const trader = new Trader(network.genesis, ann)
    let last = ''
    for (const make of [
      () => trader.register(),
      () => trader.issue(ann.account, 100n),
      () => trader.transfer(ann, bob.account, 40n),
    ])
      last = hashOf(await trader.send(network.nodes[1]!.control, make, { note: 'from the farm' }))
    for (const i of [0, 1, 2, 3]) await until(() => isFinal(i, last))
    const height = network.height(0)
    await network.reach(height)
    const all = await Promise.all([0, 1, 2, 3].map((i) => network.hashes(i)))
    for (const hashes of all) expect(hashes.slice(0, height + 1)).toEqual(all[0]!.slice(0, height + 1))
    const notes = await network.databases[3]!.sql`SELECT text FROM note`
    expect(notes.map(({ text }) => text)).toEqual(['from the farm', 'from the farm', 'from the farm'])
  })

  test('continues with three of four, stops with two, and continues when the third is back', async () => {
    network = await TestNetwork.create(4)
    await network.startAll()
    await network.reach(2)
    await network.stop(3)
    await network.reach(network.height(0) + 4, [0, 1, 2])
    await network.stop(2)
    await network.connected([0, 1])
    // A block whose votes were all here may still become final; no other can.
    const stopped = Math.max(network.height(0), network.height(1))
    const { era } = network.nodes[0]!.node.status()
    await until(() => network.nodes[0]!.node.status().era > era + 8)
    expect(Math.max(network.height(0), network.height(1))).toBeLessThanOrEqual(stopped + 1)
    await network.start(2)
    await network.reach(stopped + 4, [0, 1, 2])
    await network.start(3)
    const height = network.height(0) + 2
    await network.reach(height)
    const all = await Promise.all([0, 1, 2, 3].map((i) => network.hashes(i)))
    for (const hashes of all) expect(hashes.slice(0, height)).toEqual(all[0]!.slice(0, height))
  })
})

describe('an observer', () => {
  test('that starts late fetches every block in order, with notes, then follows', async () => {
    network = await TestNetwork.create(2, 1, { eraMs: 100 })
    await network.startAll(2)
    await network.reach(1, [0, 1])
    const trader = new Trader(network.genesis, ann)
    const makes = [
      () => trader.register(),
      () => trader.issue(ann.account, 100n),
      ...Array.from({ length: 40 }, () => () => trader.transfer(ann, bob.account, 1n)),
    ]
    let last = ''
    for (const [i, make] of makes.entries()) {
      last = hashOf(await trader.send(network.nodes[0]!.control, make, { note: 'a note' }))
      // Over several blocks.
      if (i % 10 === 9) await until(() => isFinal(1, last))
    }
    await until(() => isFinal(1, last))
    await network.reach(40, [0, 1])
    const behind = network.height(0)
    const observer = await network.start(2)
    await network.reach(behind, [2])
    await until(() => observer.node.status().state === 'READY')
    await network.reach(observer.node.status().finalHeight + 5)
    const [ours, theirs] = await Promise.all([network.hashes(2), network.hashes(0)])
    expect(ours.slice(0, behind)).toEqual(theirs.slice(0, behind))
    // Only what was taken in order comes with notes.
    const [notes] = await network.databases[2]!.sql`SELECT count(*)::int AS count FROM note`
    expect(notes!.count).toBe(makes.length)
    // An observer passes on what it is given.
    const more = await trader.send(observer.control, () => trader.transfer(ann, bob.account, 2n))
    await until(() => isFinal(0, hashOf(more)))
  })
})

describe('a validator', () => {
  test('that lost its disk asks the others before it signs, and takes part again', async () => {
    network = await TestNetwork.create(5)
    await network.startAll()
    await network.reach(3)
    await network.stop(4)
    await network.loseDatabase(4)
    rmSync(join(network.folders[4]!.dir, 'signer.json'))
    await network.reach(network.height(0) + 2, [0, 1, 2, 3])
    await network.start(4, { recover: true })
    // It signs nothing in the views that it may have voted in: they are over soon, for four others sign.
    await network.reach(network.height(0) + 3)
    // Now its vote is needed: four of five sign.
    await network.stop(3)
    const since = network.height(0)
    await until(async () => {
      const blocks = await network.databases[0]!.sql<{ header: Uint8Array }[]>`
        SELECT header FROM block WHERE height > ${since}`
      return blocks.some(({ header }) => decodeHeader(header).proposer === 4)
    })
    const height = network.height(4)
    const [ours, theirs] = await Promise.all([network.hashes(4), network.hashes(0)])
    expect(ours.slice(0, height)).toEqual(theirs.slice(0, height))
  })

  test('whose database is restored from a backup fetches the rest from the others and votes again', async () => {
    network = await TestNetwork.create(4)
    await network.startAll()
    await network.reach(3)
    await network.stop(3)
    const backup = await network.backUp(3)
    await network.start(3)
    const trader = new Trader(network.genesis, ann)
    for (const make of [() => trader.register(), () => trader.issue(ann.account, 100n)])
      await trader.send(network.nodes[0]!.control, make)
    await network.reach(network.height(0) + 5)
    await network.stop(3)
    await network.restore(3, backup)
    await network.start(3)
    await network.reach(network.height(0))
    // Its vote is needed now.
    await network.stop(2)
    await network.reach(network.height(0) + 4, [0, 1, 3])
    const height = network.height(3)
    const [ours, theirs] = await Promise.all([network.hashes(3), network.hashes(0)])
    expect(ours.slice(0, height)).toEqual(theirs.slice(0, height))
    expect(await readEvidence(network.databases[0]!)).toEqual([])
  })

  test('whose key runs in a second process stops, and so does that process', async () => {
    network = await TestNetwork.create(3)
    await network.startAll()
    await network.reach(1)
    const other = nodeFolder()
    const twin = await startTestNode({
      genesis: network.genesis,
      databaseUrl: await emptyDatabase(),
      ...other,
      votingKey: votingKeyOf(2),
      logKey: logKeyOf(2),
      recover: true,
      network: {
        transportKey: transportKeyOf(2),
        listen: { host: '127.0.0.1', port: await freePort() },
        peers: network.peers,
      },
    })
    const codes = () => [...twin.fatal, ...network.nodes[2]!.fatal].map((error) => (error as Failure).code)
    await until(() => codes().length === 2)
    expect(codes()).toEqual(['DUPLICATE_KEY', 'DUPLICATE_KEY'])
    await twin.stop()
    network.nodes[2]!.fatal.length = 0
    other.remove()
  })
})
