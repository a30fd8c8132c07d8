import { MAX_UNCERTIFIED } from '../../../../src/consensus/certify.ts'
import { LOG_SCENARIOS } from './log-scenarios.ts'
import { NO_NODE_FAULTS, NodeWorld } from './node-world.ts'

const ERA_MS = 1_000

const worldOf = (observers: number) =>
  new NodeWorld({ seed: 1, validators: 1, observers, eraMs: ERA_MS, faults: NO_NODE_FAULTS })

/** Runs a world for so many eras from now. */
const runEras = (world: NodeWorld, eras: number) => world.run(world.schedule.nowMs + eras * ERA_MS)

/**
 * What seeds of whole nodes meet too seldom, told exactly. Each throws an Error at the first breach, as a seed does. `npm run mutants` tries them before
 * any seed.
 */
export const NODE_SCENARIOS: Readonly<Record<string, () => Promise<void>>> = {
  ...LOG_SCENARIOS,
  'a node catches up, over more blocks than may lack a certificate, from one that has only caught up itself':
    async () => {
      const world = worldOf(2)
      const [validator, first, second] = world.nodes as [(typeof world.nodes)[0], ...typeof world.nodes]
      for (const observer of [first!, second!]) observer.crash()
      world.clients.stop()
      await runEras(world, MAX_UNCERTIFIED + 40)
      first!.boot()
      await runEras(world, 20)
      validator.crash()
      const { height } = first!.disk.tip.header
      if (height <= MAX_UNCERTIFIED + 40) world.breach(`the first node is at height ${height}`)
      second!.boot()
      await runEras(world, 60)
      const reached = second!.disk.tip.header.height
      if (reached !== height)
        world.breach(`the second node is at height ${reached}, and the first at ${height}`)
      await runEras(world, 0)
    },

  'what a node accepted while it was alone becomes final once it is not': async () => {
    const world = worldOf(1)
    const [validator] = world.nodes
    await runEras(world, 2)
    validator!.crash()
    const before = world.clients.accepted.size
    await runEras(world, 4)
    world.clients.stop()
    if (world.clients.accepted.size === before) world.breach('nothing was accepted by a node that was alone')
    validator!.boot()
    await runEras(world, 20)
    const { waiting } = world.clients
    if (waiting.length > 0) world.breach(`${waiting.length} actions are not final`)
    await runEras(world, 0)
  },
}
