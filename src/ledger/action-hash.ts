import type { Poseidon } from '../crypto/poseidon.ts'
import type { SignedAction } from './action.ts'
import { assetIdOf } from './definition.ts'
import { registerHash, transferHash } from './hashes.ts'

/** An action with its hash, so that it is hashed once on its way from the border to the block. */
export interface HashedAction {
  action: SignedAction
  /** transferHash or registerHash: what was signed, and the action's name. */
  hash: bigint
}

/** What the signer of an action signs: its transferHash or registerHash. */
export function actionHash(poseidon: Poseidon, action: SignedAction): bigint {
  if (action.type === 'transfer') return transferHash(poseidon, action.transfer)
  return registerHash(poseidon, action.chainId, assetIdOf(poseidon, action.definition), action.era)
}

/** The action with its hash. */
export function hashAction(poseidon: Poseidon, action: SignedAction): HashedAction {
  return { action, hash: actionHash(poseidon, action) }
}
