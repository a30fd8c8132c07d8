import { poseidon2 } from 'poseidon-lite/poseidon2'
import { poseidon4 } from 'poseidon-lite/poseidon4'
import { poseidon5 } from 'poseidon-lite/poseidon5'
import { poseidon8 } from 'poseidon-lite/poseidon8'
import { poseidonByArity } from '../crypto/poseidon-by-arity.ts'

/**
 * Poseidon for the hashes that a client computes: accounts, assets, registrations, transfers and EdDSA's challenge. Hashes of three inputs occur
 * only in leaves of the state tree, and their constants would add 10 kB to a bundle.
 */
export const clientPoseidon = poseidonByArity({
  2: poseidon2,
  4: poseidon4,
  5: poseidon5,
  8: poseidon8,
})
