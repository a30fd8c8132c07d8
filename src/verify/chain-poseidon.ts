import { poseidon2 } from 'poseidon-lite/poseidon2'
import { poseidon3 } from 'poseidon-lite/poseidon3'
import { poseidon4 } from 'poseidon-lite/poseidon4'
import { poseidon8 } from 'poseidon-lite/poseidon8'
import { poseidonByArity } from '../crypto/poseidon-by-arity.ts'

/**
 * Poseidon for the hashes that verifying a chain of batches needs: records, leaves, nodes, assets and transfers. Hashes of five inputs occur
 * only in EdDSA, which the proofs check, and their constants would add 15 KiB to a bundle.
 */
export const chainPoseidon = poseidonByArity({ 2: poseidon2, 3: poseidon3, 4: poseidon4, 8: poseidon8 })
