import fc from 'fast-check'
import type { Database } from '../../../src/storage/database.ts'
import { genesisOf } from '../ledger/ledger-world.ts'
import { RandomWorld } from '../ledger/random-world.ts'
import { chainDatabase } from './postgres.ts'
import { StoredChain } from './stored-chain.ts'

/** A random history, including assets made from others, in a database and in memory. */
export interface StoredHistory {
  database: Database
  chain: StoredChain
  world: RandomWorld
  /** First positions of the blocks from height 1 on, and the position after the last block. */
  starts: number[]
}

/** Runs `steps` random actions and stores the accepted ones in blocks of one to eight. */
export async function storedHistory(seed: number, steps: number): Promise<StoredHistory> {
  const world = new RandomWorld()
  const dice = fc.sample(fc.array(fc.nat(10_000), { minLength: 7, maxLength: 7 }), { numRuns: steps, seed })
  for (const step of dice) world.step(step)
  const genesis = genesisOf()
  const { database } = await chainDatabase(genesis)
  const chain = new StoredChain(database, genesis)
  const starts = [chain.state.position]
  for (let i = 0, size = 1; i < world.accepted.length; i += size, size = (size * 5) % 9 || 1) {
    await chain.commit(world.accepted.slice(i, i + size))
    starts.push(chain.state.position)
  }
  return { database, chain, world, starts }
}
