import { testNodeSeeds } from '../support/simulation/test-seeds.ts'

testNodeSeeds(1)
