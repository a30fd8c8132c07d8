import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { usePoseidonWasm } from '../../../src/crypto/poseidon-wasm.ts'
import { eddsaKey, rsaKey, type TestKey } from '../../support/ledger-world.ts'
import { TestNetwork } from './peers-support.ts'
import { hashOf, submit, Trader, until } from './support.ts'

let ann: TestKey
let bob: TestKey
beforeAll(async () => {
  await usePoseidonWasm()
  ann = rsaKey()
  bob = eddsaKey('bob')
})

describe('a network of validators', () => {
  let network: TestNetwork
  afterEach(async () => {
    expect(network.fatal).toEqual([])
    await network.close()
  })
  const isFinal = async (i: number, hash: string) =>
    (await network.nodes[i]!.control.submission(hash))?.status === 'FINAL'

  test('four agree on blocks, and an action submitted to one is final at all', async () => {
    network = await TestNetwork.create(4)
    await network.startAll()
    await network.reach(3)
    const trader = new Trader(network.genesis, ann)
    const actions = [
      trader.register(),
      trader.issue(ann.account, 100n),
      trader.transfer(ann, bob.account, 40n),
    ]
    for (const action of actions)
      expect((await submit(network.nodes[1]!.control, action, 'from the farm')).status).toBe('ACCEPTED')
    for (const i of [0, 1, 2, 3]) await until(() => isFinal(i, hashOf(actions[2]!)))
    const height = network.height(0)
    await network.reach(height)
    const all = await Promise.all([0, 1, 2, 3].map((i) => network.hashes(i)))
    for (const hashes of all) expect(hashes.slice(0, height + 1)).toEqual(all[0]!.slice(0, height + 1))
    const notes = await network.databases[3]!.sql`SELECT text FROM note`
    expect(notes.map(({ text }) => text)).toEqual(['from the farm', 'from the farm', 'from the farm'])
  }, 60_000)
})
