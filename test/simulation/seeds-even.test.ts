import { testSeeds } from '../support/simulation/test-seeds.ts'

testSeeds(0)
