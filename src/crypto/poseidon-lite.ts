// Imported one by one: the constants for all sixteen arities would add 350 KiB to a bundle.
import { poseidon2 } from 'poseidon-lite/poseidon2'
import { poseidon3 } from 'poseidon-lite/poseidon3'
import { poseidon4 } from 'poseidon-lite/poseidon4'
import { poseidon5 } from 'poseidon-lite/poseidon5'
import { poseidon8 } from 'poseidon-lite/poseidon8'
import { poseidonByArity } from './poseidon-by-arity.ts'

/** Poseidon in plain JavaScript, for every number of inputs that the protocol uses. */
export const poseidonLite = poseidonByArity({
  2: poseidon2,
  3: poseidon3,
  4: poseidon4,
  5: poseidon5,
  8: poseidon8,
})
