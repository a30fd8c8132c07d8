import { describe, expect, it } from 'vitest'
import { runNodeSeed } from '../support/simulation/nodes/node-seed.ts'
import { NO_NODE_FAULTS, NodeWorld } from '../support/simulation/nodes/node-world.ts'

describe('whole nodes in virtual time', () => {
  it('make a block per era and finalize what clients submit', async () => {
    const world = new NodeWorld({
      seed: 1,
      validators: 4,
      observers: 1,
      eraMs: 1_000,
      faults: NO_NODE_FAULTS,
    })
    await world.run(10_000)
    world.clients.stop()
    await world.run(16_500)
    expect(world.honest.map(({ disk }) => disk.tip.header.height)).toEqual(Array(5).fill(16))
    expect(world.clients.accepted.size).toBeGreaterThan(10)
    expect(world.clients.waiting).toEqual([])
  })

  it('do the same again for the same seed, and something else for another', async () => {
    const [first, again, other] = [await runNodeSeed(5), await runNodeSeed(5), await runNodeSeed(25)]
    expect(again).toEqual(first)
    expect(other.traceHash).not.toBe(first.traceHash)
  })
})
