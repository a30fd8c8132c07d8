import { expect, it } from 'vitest'
import type { SignedAction } from '../../src/ledger/action.ts'
import { encodeAction } from '../../src/ledger/action-codec.ts'
import { actionHash } from '../../src/ledger/action-hash.ts'
import { chainIdOf } from '../../src/ledger/genesis.ts'
import { ASSET, HOLDERS } from '../support/simulation/nodes/chain.ts'
import { cheapActionSignature, poseidon } from '../support/simulation/nodes/cheap-edges.ts'
import { NO_NODE_FAULTS, NodeWorld } from '../support/simulation/nodes/node-world.ts'

const ACTIONS = 24
const RETRY_MS = 200

/** A client that signs all of its actions beforehand, and sends each to another node than the one before, without waiting for answers. */
function moving(world: NodeWorld, client: number, answers: string[]): bigint[] {
  const { publicKey, account } = HOLDERS[client]!
  const to = HOLDERS[(client + 1) % HOLDERS.length]!.account
  const chainId = chainIdOf(world.chain.genesis)
  return Array.from({ length: ACTIONS }, (_, i) => {
    const transfer = {
      ...{ chainId, from: account, to, assetId: ASSET },
      ...{ fromStart: BigInt(i), amount: 1n, era: 8, memo: 0n },
    }
    const unsigned: SignedAction = { type: 'transfer', transfer, publicKey, signature: new Uint8Array() }
    const hash = actionHash(poseidon, unsigned)
    const bytes = encodeAction({ ...unsigned, signature: cheapActionSignature(hash) })
    const home = world.honest[(client + i) % world.honest.length]!
    const send = async () => {
      world.ran(home)
      const status = await home.node?.handler.submit(bytes, undefined).then(
        (reply) => reply.status,
        () => undefined,
      )
      if (status !== undefined) answers.push(status)
      if (status === undefined || status === 'PARKED') world.schedule.after(RETRY_MS, send)
    }
    world.schedule.after(4_000 + 3 * i, send)
    return hash
  })
}

it('of clients that change nodes with every action, none is refused and nothing is lost, also when a node crashes', async () => {
  const world = new NodeWorld({ seed: 3, validators: 4, observers: 1, eraMs: 1_000, faults: NO_NODE_FAULTS })
  world.clients.stop()
  const answers: string[] = []
  const hashes = HOLDERS.flatMap((_, client) => moving(world, client, answers))
  await world.run(4_040)
  world.crash(world.nodes[1]!)
  await world.run(20_000)
  expect(new Set(answers)).toEqual(new Set(['ACCEPTED', 'PARKED']))
  for (const { disk } of world.honest) expect(hashes.filter((hash) => !disk.final.has(hash))).toEqual([])
})
