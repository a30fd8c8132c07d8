import { actionId, decodeAction } from '../../../src/ledger/action-codec.ts'
import { actionHash } from '../../../src/ledger/action-hash.ts'
import { decodeBody } from '../../../src/ledger/body.ts'
import type { Genesis } from '../../../src/ledger/genesis.ts'
import { Signatures } from '../../../src/node/intake/signatures.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'

/**
 * Milliseconds that a node takes more for a block whose actions it never saw: decoding, naming and signatures. Applying and storing
 * are the same as for its own block.
 */
export async function executeCold(genesis: Genesis, body: Uint8Array): Promise<number> {
  const signatures = new Signatures(poseidon, 0, (error) => {
    throw error
  })
  const started = performance.now()
  const actions = decodeBody(body, genesis.limits).map((bytes) => {
    const action = decodeAction(bytes)
    return { action, hash: actionHash(poseidon, action), id: actionId(bytes) }
  })
  const rejected = (await signatures.check(actions)).find((result) => result !== null)
  if (rejected) throw new Error(rejected.message)
  return performance.now() - started
}
