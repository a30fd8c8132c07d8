import { describe, expect, it } from 'vitest'
import { MAX_WAITING } from '../../src/consensus/replica.ts'
import { NO_NODE_FAULTS, NodeWorld } from '../support/simulation/nodes/node-world.ts'

const ERA_MS = 1_000
const SLOW_MS = 4 * ERA_MS
/** Blocks that may be notarized or final above those that wait when a validator stops. */
const UNDER_WAY = 2

const worldOf = (validators: number) =>
  new NodeWorld({ seed: 1, validators, observers: 0, eraMs: ERA_MS, faults: NO_NODE_FAULTS })

/** Runs a world for some eras. @returns the most blocks that a node held above its last committed one */
async function runEras(world: NodeWorld, eras: number): Promise<number> {
  let most = 0
  const end = world.schedule.nowMs + eras * ERA_MS
  while (world.schedule.nowMs < end) {
    await world.run(Math.min(end, world.schedule.nowMs + ERA_MS))
    for (const { node } of world.nodes) {
      const { height = 0, finalHeight = 0 } = node?.status() ?? {}
      most = Math.max(most, height - finalHeight)
    }
  }
  return most
}

const heightsOf = (world: NodeWorld) => world.nodes.map(({ disk }) => disk.tip.header.height)

describe('where storing a block takes four eras', () => {
  it('the only validator is at most 32 blocks ahead of its store for 1,000 eras, and catches up once that is quick', async () => {
    const world = worldOf(1)
    const [slow] = world.nodes
    slow!.commitMs = SLOW_MS
    await runEras(world, 20)
    world.clients.stop()
    expect(await runEras(world, 980)).toBe(MAX_WAITING)
    const [height] = heightsOf(world)
    expect(height).toBeGreaterThan(980 / 4)
    // No view was given up meanwhile.
    expect(slow!.disk.tip.header.view).toBe(height)
    slow!.commitMs = 0
    expect(await runEras(world, 2)).toBeLessThanOrEqual(MAX_WAITING)
    expect(await runEras(world, 5)).toBeLessThanOrEqual(1)
    expect(heightsOf(world)[0]).toBeGreaterThanOrEqual(height! + MAX_WAITING + 6)
    expect(world.clients.accepted.size).toBeGreaterThan(10)
    expect(world.clients.waiting).toEqual([])
  })

  it('four validators go on together, as fast as they store', async () => {
    const world = worldOf(4)
    for (const node of world.nodes) node.commitMs = SLOW_MS
    world.clients.stop()
    const most = await runEras(world, 60)
    expect(most).toBeGreaterThanOrEqual(MAX_WAITING)
    expect(most).toBeLessThanOrEqual(MAX_WAITING + UNDER_WAY)
    for (const height of heightsOf(world)) expect(height).toBeGreaterThanOrEqual(14)
    for (const node of world.nodes) node.commitMs = 0
    await runEras(world, 2)
    expect(await runEras(world, 5)).toBeLessThanOrEqual(UNDER_WAY)
    for (const height of heightsOf(world)) expect(height).toBeGreaterThanOrEqual(14 + MAX_WAITING + 6)
  })

  it('one of four validators keeps nobody waiting', async () => {
    const world = worldOf(4)
    const slow = world.nodes[3]!
    slow.commitMs = SLOW_MS
    world.clients.stop()
    expect(await runEras(world, 60)).toBeLessThanOrEqual(MAX_WAITING + UNDER_WAY)
    for (const height of heightsOf(world).slice(0, 3)) expect(height).toBeGreaterThanOrEqual(45)
    expect(heightsOf(world)[3]).toBeLessThan(20)
    slow.commitMs = 0
    await runEras(world, 10)
    expect(heightsOf(world)[3]).toBeGreaterThanOrEqual(heightsOf(world)[0]! - 1)
  })
})
